import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { temporaryCluster, temporaryDirectory } from '../testing/temporaryCluster.ts';
import { startCluster, type Cluster, type ClusterOptions } from './cluster.ts';
import { isAlive } from './embedded/postmasterPid.ts';

const started: Cluster[] = [];
const dirs: string[] = [];

afterEach(async () => {
  for (const cluster of started.splice(0)) await cluster.stop();
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

async function start(dataDir: string, options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  const { cluster } = await temporaryCluster({ ...options, dataDir });
  started.push(cluster);
  dirs.push(dataDir);
  return cluster;
}

async function ask<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const ended = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await pause(20);
};

it('the first start creates the cluster as specified: UTF8, builtin C.UTF-8, checksums, durable, two roles', async () => {
  const cluster = await start(temporaryDirectory());
  expect(cluster.started).toBe('created');
  const [database] = await ask(
    cluster.appUrl,
    `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider AS provider, datlocale AS locale, datcollate AS collate,
       pg_get_userbyid(datdba) AS owner, current_user AS role, lower('Ё') AS lower FROM pg_database WHERE datname = current_database()`,
  );
  expect(database).toEqual({
    encoding: 'UTF8',
    provider: 'b',
    locale: 'C.UTF-8',
    collate: 'C.UTF-8',
    owner: 'taptill_owner',
    role: 'taptill_app',
    lower: 'ё',
  });
  const names = [
    'data_checksums',
    'fsync',
    'full_page_writes',
    'synchronous_commit',
    'jit',
    'listen_addresses',
    'idle_in_transaction_session_timeout',
  ];
  const settings = await ask<{ name: string; setting: string }>(
    cluster.appUrl,
    `SELECT name, setting FROM pg_settings WHERE name IN (${names.map((name) => `'${name}'`).join(', ')})`,
  );
  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
    data_checksums: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    jit: 'off',
    listen_addresses: '',
    idle_in_transaction_session_timeout: '10000',
  });
  const [roles] = await ask(
    cluster.adminUrl,
    `SELECT count(*)::int AS roles FROM pg_roles WHERE rolname IN ('taptill_owner', 'taptill_app')
       AND NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls)`,
  );
  expect(roles).toEqual({ roles: 2 });
});

it('nobody but this user can reach the socket: directory 0700, and no TCP port is open', async () => {
  const cluster = await start(temporaryDirectory());
  expect(statSync(cluster.socketDir ?? '').mode & 0o777).toBe(0o700);
  expect(statSync(join(cluster.socketDir ?? '', '.s.PGSQL.5432')).mode & 0o777).toBe(0o700);
});

it('a second start adopts the running cluster, and one after a clean stop starts it again with its data', async () => {
  const dataDir = temporaryDirectory();
  const first = await start(dataDir);
  await ask(first.ownerUrl, 'CREATE TABLE kept AS SELECT 1 AS one');
  const second = await startCluster({ dataDir });
  expect([second.started, second.pid]).toEqual(['adopted', first.pid]);
  await second.stop();
  expect(isAlive(first.pid)).toBe(false);
  expect(existsSync(join(first.pgData, 'postmaster.pid'))).toBe(false);
  const third = await start(dataDir);
  expect(third.started).toBe('restarted');
  expect(await ask(third.ownerUrl, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
});

it('two starts at once make one cluster', async () => {
  const dataDir = temporaryDirectory();
  const both = await Promise.all([start(dataDir), startCluster({ dataDir })]);
  expect(new Set(both.map((cluster) => cluster.pid)).size).toBe(1);
  expect(both.map((cluster) => cluster.started).sort()).toEqual(['adopted', 'created']);
});

it('after kill -9 of the postmaster the next start recovers what was committed, while sessions are still open', async () => {
  const dataDir = temporaryDirectory();
  const first = await start(dataDir);
  const session = new pg.Client({ connectionString: first.ownerUrl });
  session.on('error', () => undefined);
  await session.connect();
  await session.query('CREATE TABLE kept AS SELECT 1 AS one');
  process.kill(first.pid, 'SIGKILL');
  const second = await start(dataDir);
  expect(second.started).toBe('restarted');
  expect(second.pid).not.toBe(first.pid);
  expect(await ask(second.ownerUrl, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
});

it('kill -9 of the parent leaves an orphan, which the next start adopts and can stop', async () => {
  const dataDir = temporaryDirectory();
  dirs.push(dataDir);
  const script = fileURLToPath(new URL('../testing/clusterProcess.ts', import.meta.url));
  const parent = spawn(process.execPath, [script, JSON.stringify({ dataDir })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) =>
    createInterface({ input: parent.stdout }).once('line', resolve),
  );
  const { pid } = JSON.parse(line) as { pid: number };
  parent.kill('SIGKILL');
  await ended(parent.pid ?? 0);
  expect(isAlive(pid)).toBe(true);
  const adopted = await start(dataDir);
  expect([adopted.started, adopted.pid]).toEqual(['adopted', pid]);
  await adopted.stop();
  await ended(pid);
});

it('a pid file whose number belongs to another program is stale: the cluster starts, that program lives', async () => {
  const dataDir = temporaryDirectory();
  const first = await start(dataDir);
  const pidFile = join(first.pgData, 'postmaster.pid');
  const [, ...lines] = readFileSync(pidFile, 'utf8').split('\n');
  process.kill(first.pid, 'SIGKILL');
  await ended(first.pid);
  writeFileSync(pidFile, [String(process.pid), ...lines].join('\n'));
  const second = await start(dataDir);
  expect(second.started).toBe('restarted');
  expect(await ask(second.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('what a power cut left of an unfinished initdb is made anew', async () => {
  const dataDir = temporaryDirectory();
  const first = await start(dataDir);
  await first.stop();
  const unfinished = `${first.pgData}.unfinished-1`;
  renameSync(first.pgData, unfinished);
  rmSync(join(unfinished, 'global'), { recursive: true });
  const second = await start(dataDir);
  expect(second.started).toBe('created');
  expect(existsSync(unfinished)).toBe(false);
});

it('files of another major version are refused, with backup and restore named as the way up', async () => {
  const dataDir = temporaryDirectory();
  const first = await start(dataDir);
  await first.stop();
  writeFileSync(join(first.pgData, 'PG_VERSION'), '17\n');
  await expect(startCluster({ dataDir })).rejects.toThrow(/written by PostgreSQL 17 .* backup .* restored/s);
});

it('a start that fails says what PostgreSQL said', async () => {
  const dataDir = temporaryDirectory();
  const first = await start(dataDir);
  await first.stop();
  writeFileSync(join(first.pgData, 'taptill.local.conf'), 'shared_buffers = nonsense\n');
  await expect(startCluster({ dataDir })).rejects.toThrow(/did not start.*shared_buffers/s);
});

it('a data directory with a long path gets its socket in a short private directory, the same at every start', async () => {
  const root = temporaryDirectory();
  const dataDir = join(root, 'x'.repeat(60), 'y'.repeat(60));
  mkdirSync(dataDir, { recursive: true });
  dirs.push(root);
  const first = await start(dataDir);
  expect(join(first.socketDir ?? '', '.s.PGSQL.5432.lock').length).toBeLessThanOrEqual(107);
  expect(statSync(first.socketDir ?? '').mode & 0o777).toBe(0o700);
  await first.stop();
  const second = await start(dataDir);
  expect(second.socketDir).toBe(first.socketDir);
  dirs.push(first.socketDir ?? root);
});

it('over TCP (the way of Windows) only passwords let in, and they are kept for the next start', async () => {
  const dataDir = temporaryDirectory();
  const first = await start(dataDir, { transport: 'tcp' });
  expect(statSync(join(dataDir, 'keys', 'postgres.json')).mode & 0o777).toBe(0o600);
  expect(await ask(first.appUrl, 'SELECT current_user AS role')).toEqual([{ role: 'taptill_app' }]);
  const wrong = new URL(first.adminUrl);
  wrong.password = 'wrong';
  await expect(ask(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  await first.stop();
  const second = await start(dataDir, { transport: 'tcp' });
  expect(second.appUrl).toBe(first.appUrl);
});

it('the end of the postmaster is reported once', async () => {
  const cluster = await start(temporaryDirectory());
  let ends = 0;
  cluster.onExit(() => (ends += 1));
  process.kill(cluster.pid, 'SIGKILL');
  await expect.poll(() => ends, { timeout: 5_000 }).toBe(1);
  await pause(500);
  expect(ends).toBe(1);
});
