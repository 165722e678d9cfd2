/**
 * The packaged tap: `npm run package:tap`. One archive each for linux-arm64 and linux-x64, with its own Node.js, the bundled
 * tap, its systemd unit and its installer; nothing of a checkout is needed beside it.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '#build/bundle';
import { npmPack } from '#build/lib/npmPack';
import { VERSION } from '#domain/version';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const ROOT = join(import.meta.dirname, '..');
const STAGE = join(ROOT, 'out/package-tap');

export const TAP_ARCHS = ['arm64', 'x64'] as const;
export type TapArch = (typeof TAP_ARCHS)[number];

/** The runtime inside: the very version that the tests run on, by the hash of its registry package. */
export const NODE_VERSION = '24.21.0';
const NODE_INTEGRITY: Readonly<Record<TapArch, string>> = {
  arm64: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
};
/** ELF's e_machine. */
const MACHINE: Readonly<Record<TapArch, number>> = { arm64: 0xb7, x64: 0x3e };
const CPU: Readonly<Record<TapArch, string>> = { arm64: 'aarch64', x64: 'x86_64' };

const FONTS = ['cyrillic', 'latin-ext', 'latin'].map((part) => `inter-${part}-wght-normal.woff2`);

export type PackagedTap = {
  readonly arch: TapArch;
  readonly archive: string;
  /** its one folder, as it is also staged */
  readonly folder: string;
  /** false: the registry had no card reader library for this machine */
  readonly reads_cards: boolean;
};

export async function packageTap(archs: readonly TapArch[] = TAP_ARCHS): Promise<PackagedTap[]> {
  await bundle(['tap-node']);
  await rm(STAGE, { recursive: true, force: true });
  const packaged: PackagedTap[] = [];
  for (const arch of archs) packaged.push(await packageFor(arch));
  return packaged;
}

async function packageFor(arch: TapArch): Promise<PackagedTap> {
  const name = `taptill-tap-${VERSION}-linux-${arch}`;
  const folder = join(STAGE, name);
  const put = async (from: string, to: string, mode = 0o644): Promise<void> => {
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await copyFile(from, join(folder, to));
    await chmod(join(folder, to), mode);
  };
  const runtime = await nodeRuntime(arch);
  await put(join(runtime, 'node'), 'node/node', 0o755);
  await put(join(runtime, 'LICENSE'), 'node/LICENSE');
  await cp(join(ROOT, 'out/tap-node'), join(folder, 'lib'), {
    recursive: true,
    filter: (file) => !file.endsWith('.map'),
  });
  await putFonts(put);
  const reads_cards = await putReader(arch, folder);
  await put(join(ROOT, 'build/tap/taptill-tap'), 'bin/taptill-tap', 0o755);
  await put(join(ROOT, 'build/tap/install.sh'), 'install.sh', 0o755);
  await put(join(ROOT, 'build/tap/tap.json'), 'tap.json');
  for (const file of ['taptill-tap.service', '50-taptill-tap.rules'])
    await put(join(ROOT, 'build/tap', file), `systemd/${file}`);
  await put(join(ROOT, 'docs/tap-node.md'), 'docs/tap-node.md');
  await put(join(ROOT, 'LICENSE'), 'LICENSE');
  await writeFile(join(folder, 'VERSION'), `${VERSION}-linux-${arch}\n`);
  for (const file of filesIn(folder).filter((one) => /^node\/node$|\.node$/.test(one)))
    assertMachine(join(folder, file), arch);
  await writeFile(join(folder, 'SHA256SUMS'), sums(folder));
  return { arch, archive: await pack(name), folder, reads_cards };
}

/** Node.js for that machine out of its registry package, kept for the next time. */
async function nodeRuntime(arch: TapArch): Promise<string> {
  const cache = process.env['TAPTILL_CACHE'] ?? join(ROOT, '.cache');
  const parent = join(cache, 'tap-runtime');
  const finished = join(parent, `node-${NODE_VERSION}-${arch}`);
  if (existsSync(finished)) return finished;
  await mkdir(parent, { recursive: true });
  const scratch = await mkdtemp(join(parent, 'unpack-'));
  try {
    const spec = `node-linux-${arch}@${NODE_VERSION}`;
    const archive = await npmPack(spec, scratch, NODE_INTEGRITY[arch]);
    await run('tar', ['-xzf', archive, '-C', scratch, 'package/bin/node', 'package/LICENSE']);
    const whole = join(scratch, 'whole');
    await mkdir(whole);
    await rename(join(scratch, 'package/bin/node'), join(whole, 'node'));
    await rename(join(scratch, 'package/LICENSE'), join(whole, 'LICENSE'));
    assertMachine(join(whole, 'node'), arch);
    await rename(whole, finished).catch((problem: Error) => {
      if (!existsSync(finished)) throw problem;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return finished;
}

async function putFonts(put: (from: string, to: string) => Promise<void>): Promise<void> {
  const inter = dirname(require.resolve('@fontsource-variable/inter/package.json'));
  for (const file of ['package.json', 'LICENSE', ...FONTS.map((font) => `files/${font}`)])
    await put(join(inter, file), `lib/node_modules/@fontsource-variable/inter/${file}`);
}

/** pcsc-mini and its library for that machine; false when the registry does not have it. */
async function putReader(arch: TapArch, folder: string): Promise<boolean> {
  const modules = join(folder, 'lib/node_modules');
  const owner = dirname(require.resolve('pcsc-mini/package.json'));
  const name = `@pcsc-mini/linux-${CPU[arch]}-gnu`;
  const { optionalDependencies } = JSON.parse(readFileSync(join(owner, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  await cp(owner, join(modules, 'pcsc-mini'), { recursive: true });
  const installed = join(ROOT, 'node_modules', name);
  if (existsSync(installed)) {
    await cp(installed, join(modules, name), { recursive: true });
    return true;
  }
  const scratch = await mkdtemp(join(STAGE, 'reader-'));
  try {
    const archive = await npmPack(`${name}@${optionalDependencies[name]}`, scratch, null).catch(() => null);
    if (archive === null) return false;
    await run('tar', ['-xzf', archive, '-C', scratch]);
    await cp(join(scratch, 'package'), join(modules, name), { recursive: true });
    return true;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** @throws when a program or library is not for the machine whose archive it goes into */
export function assertMachine(file: string, arch: TapArch): void {
  const machine = elfMachine(file);
  if (machine !== MACHINE[arch])
    throw new Error(`${file} is not a program for linux-${arch}: its ELF machine is ${machine ?? 'none'}.`);
}

/** Null: no ELF file. */
export function elfMachine(file: string): number | null {
  const head = Buffer.alloc(20);
  const handle = openSync(file, 'r');
  readSync(handle, head, 0, head.length, 0);
  closeSync(handle);
  return head.subarray(0, 4).toString('latin1') === '\x7fELF' ? head.readUInt16LE(18) : null;
}

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function sums(folder: string): string {
  const sum = (file: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
  return filesIn(folder)
    .map((file) => `${sum(file)}  ${file}\n`)
    .join('');
}

async function pack(name: string): Promise<string> {
  const archive = join(STAGE, `${name}.tar.gz`);
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  await run('tar', [...same, '-C', STAGE, '-czf', archive, name]);
  const file = await open(archive);
  await file.sync();
  await file.close();
  return archive;
}

function say({ arch, archive, reads_cards }: PackagedTap): void {
  const mb = Math.round(statSync(archive).size / 1e6);
  console.log(`linux-${arch}: ${relative(ROOT, archive)} (${mb} MB)`);
  if (arch !== process.arch)
    console.log(`  It was put together on ${process.platform}-${process.arch} and has not been run.`);
  if (!reads_cards)
    console.log(
      `  It reads no cards: this registry has no @pcsc-mini/linux-${CPU[arch]}-gnu. Package it where that can be had.`,
    );
}

if (import.meta.main) for (const packaged of await packageTap()) say(packaged);
