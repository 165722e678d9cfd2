import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's names of what the tests and the shell need beside npm's packages. */
export const SYSTEM_PACKAGES = {
  chromium: ['chromium', 'fonts-liberation'],
  electron: [
    'xvfb',
    'xauth',
    'libgtk-3-0',
    'libnss3',
    'libasound2',
    'libgbm1',
    'libxss1',
    'libxtst6',
    'fonts-liberation',
  ],
  reader: ['pcscd', 'libpcsclite1', 'vsmartcard-vpcd'],
  gpio: ['gpiod'],
  networks: ['iproute2', 'nftables', 'util-linux'],
} as const satisfies Record<string, readonly string[]>;

/** Everything that `npm test` needs beside npm's packages. */
export async function ensureTestPackages(): Promise<void> {
  if (process.platform !== 'linux') return;
  await ensureSystemPackages(Object.values(SYSTEM_PACKAGES).flat(), 'the tests');
}

let listsUpdated = false;

/**
 * Makes sure that Debian's packages `names` are installed: by apt-get where this process may, otherwise it throws
 * one sentence that names what is missing. `purpose` completes "… are needed for …".
 */
export async function ensureSystemPackages(names: readonly string[], purpose: string): Promise<void> {
  const missing = await missingPackages([...new Set(names)]);
  if (missing.length === 0) return;
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  const sentence = `System packages are needed for ${purpose}: ${missing.join(', ')}; install them (on Debian, as root: ${command}).`;
  if (!mayInstall()) throw new Error(sentence);
  console.log(`Installing system packages for ${purpose}: ${missing.join(', ')}`);
  try {
    if (!listsUpdated) await aptGet(['update']);
    listsUpdated = true;
    await aptGet(['install', '--yes', '--no-install-recommends', ...missing]);
  } catch (error) {
    throw new Error(`${sentence} Installing them here failed: ${(error as Error).message}`, { cause: error });
  }
  const still = await missingPackages(missing);
  if (still.length > 0) throw new Error(`${sentence} After installing, still missing: ${still.join(', ')}.`);
}

function mayInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** Without dpkg (another system) nothing can be said here, and the programs themselves will tell. */
async function missingPackages(names: readonly string[]): Promise<string[]> {
  if (!existsSync('/usr/bin/dpkg-query')) return [];
  const missing: string[] = [];
  for (const name of names) if (!(await isInstalled(name))) missing.push(name);
  return missing;
}

/** A package that a newer Debian renamed (`libgtk-3-0t64`) provides the old name. */
async function isInstalled(name: string): Promise<boolean> {
  for (const candidate of [name, `${name}t64`]) {
    const state = await run('dpkg-query', ['-W', '-f', '${db:Status-Status}\n', candidate]).catch(
      () => undefined,
    );
    if (state?.stdout.split('\n').includes('installed')) return true;
  }
  return false;
}

function aptGet(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const child = spawn('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', () => undefined);
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else
        reject(new Error(`apt-get ${args[0]} ended with ${code}: ${said.trim().split('\n').at(-1) ?? ''}`));
    });
  });
}
