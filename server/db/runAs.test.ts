import { execFile, spawnSync } from 'node:child_process';
import { chownSync, copyFileSync, cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { temporaryCluster, temporaryDirectory } from '../testing/temporaryCluster.ts';
import { startCluster } from './cluster.ts';
import { findBinaries } from './embedded/binaries.ts';

const execute = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const mayMap = isRoot && spawnSync('unshare', ['--user', '--map-user=1', '--', 'true']).status === 0;

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function scratch(): string {
  const dir = temporaryDirectory();
  dirs.push(dir);
  return dir;
}

async function roleAt(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT current_user AS role');
    return rows as unknown;
  } finally {
    await client.end();
  }
}

it.runIf(mayMap)(
  "as root, by default, PostgreSQL runs under another number and its files stay root's",
  async () => {
    const { cluster, remove } = await temporaryCluster({ dataDir: scratch() });
    try {
      expect(cluster.runAs).toBe('mapped');
      expect(statSync(cluster.pgData).uid).toBe(0);
      expect(await roleAt(cluster.appUrl)).toEqual([{ role: 'taptill_app' }]);
    } finally {
      await remove();
    }
  },
);

it.runIf(isRoot)(
  'as root, where numbers may not be mapped, a system user runs it outside the closed home',
  async () => {
    const [dataDir, systemDir] = [scratch(), scratch()];
    expect(statSync(dataDir).mode & 0o077).toBe(0);
    const options = { dataDir, systemDir, runAs: 'own-user' } as const;
    const first = await temporaryCluster(options);
    try {
      const { uid } = statSync(first.cluster.pgData);
      expect(uid).not.toBe(0);
      expect(statSync(`/proc/${first.cluster.pid}`).uid).toBe(uid);
      expect(first.cluster.pgData.startsWith(`${systemDir}/`)).toBe(true);
      expect(await roleAt(first.cluster.appUrl)).toEqual([{ role: 'taptill_app' }]);
      const adopted = await startCluster({ dataDir, systemDir });
      expect([adopted.started, adopted.runAs]).toEqual(['adopted', 'own-user']);
      await adopted.stop();
      const again = await startCluster({ dataDir, systemDir });
      expect(again.started).toBe('restarted');
      await again.stop();
    } finally {
      await first.remove();
    }
  },
);

it.runIf(mayMap)('the way it runs is kept for good: another one would show an empty bar', async () => {
  const dataDir = scratch();
  const { remove } = await temporaryCluster({ dataDir });
  try {
    await expect(startCluster({ dataDir, runAs: 'own-user', systemDir: scratch() })).rejects.toThrow(
      /created to run as "mapped"/,
    );
  } finally {
    await remove();
  }
});

it('a plain user runs it directly, also from a bundle with the binaries in a folder of their own', async () => {
  const place = scratch();
  const binDir = join(place, 'native', 'bin');
  cpSync(findBinaries().native, join(place, 'native'), { recursive: true, verbatimSymlinks: true });
  rmSync(join(place, 'native', 'lib', 'libpq.so.5'));
  copyFileSync(process.execPath, join(place, 'node'));
  await bundle(join(place, 'bundle.cjs'));
  mkdirSync(join(place, 'home'), { mode: 0o700 });
  const user = isRoot ? { uid: 65_534, gid: 65_534 } : {};
  if (isRoot) openTo(place, 65_534);
  const options = JSON.stringify({ dataDir: join(place, 'home', 'data'), binDir, stopAfterwards: true });
  const starts = [];
  for (let time = 0; time < 2; time += 1) {
    const { stdout } = await execute(join(place, 'node'), [join(place, 'bundle.cjs'), options], {
      ...user,
      cwd: place,
    });
    starts.push(JSON.parse(stdout) as { started: string; runAs: string; uid: number });
  }
  expect(starts.map(({ started, runAs }) => [started, runAs])).toEqual([
    ['created', 'direct'],
    ['restarted', 'direct'],
  ]);
  expect(starts[0]?.uid).not.toBe(0);
  expect(existsSync(join(place, 'native', 'lib', 'libpq.so.5'))).toBe(true);
});

async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('../testing/clusterProcess.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    external: ['pg-native'],
    logLevel: 'error',
  });
}

/** The other user may enter the folder, owns his home, and may complete the binaries. */
function openTo(place: string, uid: number): void {
  for (const dir of [place, join(place, 'home'), join(place, 'native', 'lib')]) chownSync(dir, uid, uid);
}
