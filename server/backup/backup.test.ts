import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { query, queryOne } from '../db/query.ts';
import { openEventTail } from '../events/tail.ts';
import { authorisePour } from '../services/authorisePour.ts';
import { settleReport } from '../services/settleReport.ts';
import { topUp } from '../services/topUp.ts';
import { aBar, anOpenShift, aTap, aVisit } from '../testing/builders.ts';
import type { Bar, BuiltTap, BuiltVisit } from '../testing/builders.ts';
import { aReport, asking } from '../testing/pours.ts';
import { temporaryDirectory } from '../testing/temporaryCluster.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { backupNow } from './backupNow.ts';
import type { BackupOptions } from './backupNow.ts';
import { checkBackup, readBackup } from './readBackup.ts';
import { startBackups } from './runSchedule.ts';

const passphrase = 'a passphrase for tests';
let db: TestDatabase;
let bar: Bar;
let dir: string;

beforeAll(async () => {
  db = await testDatabase();
  dir = temporaryDirectory();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
});
afterAll(async () => {
  await db.drop();
  rmSync(dir, { recursive: true, force: true });
});

/** A folder of its own for each test. */
const place = (): string => join(dir, randomUUID());
const options = (change: Partial<BackupOptions> = {}): BackupOptions => ({
  databaseUrl: db.ownerUrl,
  keysDir: join(dir, 'keys'),
  to: place(),
  passphrase,
  appVersion: '0.1.0',
  ...change,
});

type Row = Record<string, string | null>;

/** The rows of a table as the backup holds them. */
async function rowsOf(file: string, table: string): Promise<Row[]> {
  const found: Row[] = [];
  await readBackup(
    { file, passphrase },
    {
      head: () => undefined,
      part: async (part, data) => {
        if (part.kind !== 'table' || part.name !== table) return undefined;
        const chunks: Buffer[] = [];
        for await (const chunk of data) chunks.push(chunk);
        for (const line of Buffer.concat(chunks).toString('utf8').split('\n').filter(Boolean)) {
          const values = line.split('\t').map((value) => (value === '\\N' ? null : value));
          found.push(Object.fromEntries(part.columns.map((column, at) => [column, values[at] ?? null])));
        }
        return undefined;
      },
    },
  );
  return found;
}

/** Guests pour and pay until told to stop; each action is a commit of its own. */
async function business(): Promise<{ actions: () => number; end: () => Promise<void> }> {
  const places: { visit: BuiltVisit; tap: BuiltTap }[] = [];
  for (let number = 1; number <= 3; number += 1)
    places.push({ visit: await aVisit(bar), tap: await aTap(bar, { number, price_minor_per_litre: 100 }) });
  let going = true;
  let done = 0;
  const oneGuest = async ({ visit, tap }: (typeof places)[number]): Promise<void> => {
    for (let seq = 1; going; seq += 1) {
      const { visit_id } = visit;
      const paid = { request_id: randomUUID(), visit_id, amount_minor: 1_000, method: 'cash' as const };
      await topUp(bar.deps, bar.actor, paid);
      const node = { node_id: tap.node_id };
      const answer = await authorisePour(bar.deps, node, asking({ visit, tap }));
      if (answer.outcome === 'granted')
        await settleReport(bar.deps, node, aReport(answer.grant, { seq, metered_ml: 300 }));
      done += 1;
    }
  };
  const guests = places.map(oneGuest);
  const end = async (): Promise<void> => {
    going = false;
    await Promise.all(guests);
  };
  return { actions: () => done, end };
}

const sum = (rows: readonly Row[], column: string): number =>
  rows.reduce((total, row) => total + Number(row[column]), 0);

describe('a backup', () => {
  it('is one moment of a bar that works on: the ledger sums to zero, balances and kegs match their rows', async () => {
    await anOpenShift(bar);
    const working = await business();
    while (working.actions() < 5) await new Promise((resolve) => setTimeout(resolve, 20));
    const before = working.actions();
    const { file, ledger } = await backupNow(options());
    const during = working.actions() - before;
    await working.end();
    expect(during, 'nobody waited for the backup').toBeGreaterThan(0);

    const entries = await rowsOf(file, 'ledger_entries');
    expect(entries).toHaveLength(ledger.entries);
    expect(sum(entries, 'amount_minor')).toBe(0);
    const accounts = await rowsOf(file, 'ledger_accounts');
    for (const guest of await rowsOf(file, 'guest_accounts')) {
      const account = accounts.find(
        (one) => one['kind'] === 'guest' && one['guest_id'] === guest['guest_id'],
      );
      const own = entries.filter((entry) => entry['account_id'] === account?.['id']);
      expect(sum(own, 'amount_minor')).toBe(Number(guest['balance_minor']));
    }
    const movements = await rowsOf(file, 'keg_movements');
    for (const keg of await rowsOf(file, 'kegs')) {
      const out = sum(
        movements.filter((one) => one['keg_id'] === keg['id']),
        'out_ml',
      );
      expect(Number(keg['remaining_ml'])).toBe(Number(keg['start_ml']) - out);
    }
    const now = await queryOne<{ n: number }>(db.sequelize, 'SELECT count(*) AS n FROM ledger_entries');
    expect(now.n, 'the bar went on after the moment').toBeGreaterThan(entries.length);
  });

  it('holds every table, also those a later migration makes, and nothing of generated columns', async () => {
    await query(
      db.owner,
      'CREATE TABLE later (id bigint PRIMARY KEY, twice bigint GENERATED ALWAYS AS (id * 2) STORED)',
    );
    await query(db.owner, 'INSERT INTO later (id) VALUES (7)');
    try {
      const { file } = await backupNow(options());
      const tables = await query<{ name: string }>(
        db.sequelize,
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'SequelizeMeta' ORDER BY tablename`,
      );
      const { manifest, head } = await checkBackup({ file, passphrase });
      const held = manifest.parts.filter((part) => part.kind === 'table').map((part) => part.name);
      expect(held.sort()).toEqual(tables.map((table) => table.name).sort());
      expect(await rowsOf(file, 'later')).toEqual([{ id: '7' }]);
      expect(head.migrations.length).toBeGreaterThanOrEqual(10);
    } finally {
      await query(db.owner, 'DROP TABLE later');
    }
  });

  it('can be taken as the app role where there is no other: the same rows, numbering and ledger', async () => {
    await aVisit(bar);
    const asOwner = await checkBackup({ file: (await backupNow(options())).file, passphrase });
    const { file } = await backupNow(options({ databaseUrl: db.appUrl }));
    const asApp = await checkBackup({ file, passphrase });
    expect(asApp.manifest).toEqual(asOwner.manifest);
    const guests = asApp.manifest.sequences.find((sequence) => sequence.table === 'guests');
    expect(guests).toEqual({ table: 'guests', column: 'id', last_value: 1 });
  });

  it('does not hold live events back while it runs', async () => {
    const reader = new pg.Client({ connectionString: db.ownerUrl });
    await reader.connect();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await reader.query('SELECT count(*) FROM events');
    const tail = await openEventTail({ sequelize: db.sequelize, onError: () => undefined });
    const heard: string[] = [];
    tail.attach((events) => void heard.push(...events.map((one) => one.event.type)));
    await query(db.owner, `INSERT INTO events (type) VALUES ('board.changed')`);
    tail.poke();
    await expect.poll(() => heard.length, { timeout: 5_000 }).toBe(1);
    await tail.close();
    await reader.end();
  });

  it('takes the keys of the till and leaves the passwords of this computer', async () => {
    const keysDir = join(place(), 'keys');
    mkdirSync(keysDir, { recursive: true });
    for (const name of [
      'authority.pem',
      'server.pem',
      'postgres.json',
      'postgres.port',
      'server.pem.123.ab12',
    ])
      writeFileSync(join(keysDir, name), `content of ${name}`);
    const { file } = await backupNow(options({ keysDir }));
    const { manifest } = await checkBackup({ file, passphrase });
    const keys = manifest.parts.filter((part) => part.kind === 'key').map((part) => part.name);
    expect(keys).toEqual(['authority.pem', 'server.pem']);
  });

  it('lies in the second place too, byte for byte and readable by this user only; retention works in both', async () => {
    const { to, second } = { to: place(), second: place() };
    let day = 0;
    const now = () => new Date(Date.UTC(2026, 10, (day += 1)));
    const made = [];
    for (let n = 0; n < 3; n += 1) made.push(await backupNow(options({ to, second, keep: 2, now })));
    const last = made.at(-1);
    expect(last?.second).toHaveProperty('file');
    for (const folder of [to, second]) {
      expect(readdirSync(folder)).toHaveLength(2);
      expect(readdirSync(folder).some((name) => name.includes('2026-11-01'))).toBe(false);
    }
    const name = last?.file.slice(to.length + 1) ?? '';
    expect(readFileSync(join(second, name)).equals(readFileSync(join(to, name)))).toBe(true);
    expect(statSync(join(to, name)).mode & 0o777).toBe(0o600);
  });

  it('stands although the second place is missing, and says so', async () => {
    const second = join(place(), 'file', 'below');
    mkdirSync(dirname(dirname(second)), { recursive: true });
    writeFileSync(dirname(second), 'a file where a folder should be');
    const made = await backupNow(options({ second }));
    expect(made.second).toEqual({
      problem: expect.stringContaining('The backup could not be written to') as string,
    });
    await expect(checkBackup({ file: made.file, passphrase })).resolves.toBeDefined();
    const to = place();
    await expect(backupNow(options({ to, second: to }))).rejects.toThrow(/The second place is the first one/);
  });

  it('is made by one at a time', async () => {
    const to = place();
    const both = await Promise.allSettled([backupNow(options({ to })), backupNow(options({ to }))]);
    const failed = both.filter((one) => one.status === 'rejected');
    expect(failed.map((one) => (one.reason as Error).message)).toEqual([
      'Another backup of this bar is being made: wait for its end.',
    ]);
    await expect(backupNow(options({ to }))).resolves.toBeDefined();
  });

  it('that a full disk stops leaves nothing behind and says why', async () => {
    await aVisit(bar, { name: 'Анна' });
    const to = place();
    mkdirSync(to);
    const root = fileURLToPath(new URL('../..', import.meta.url));
    // The kernel refuses every byte above one block: what a full disk does, without filling one.
    const script = `trap '' XFSZ; ulimit -f 1; exec "$0" "$@"`;
    const backup = [process.execPath, join(root, 'build/backup.ts'), '--to', to];
    const ran = spawnSync('sh', ['-c', script, ...backup], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, DATABASE_URL: db.ownerUrl, TAPTILL_BACKUP_PASSPHRASE: passphrase },
    });
    expect(ran.stderr).toContain(
      `The backup could not be written to ${to}: files there may not be that large`,
    );
    expect(ran.status).toBe(1);
    expect(readdirSync(to)).toEqual([]);
  });

  it('whose database ends half-way leaves nothing behind', async () => {
    await query(
      db.owner,
      `INSERT INTO events (type, details) SELECT 'board.changed', jsonb_build_object('x', md5(n::text)) FROM generate_series(1, 200000) n`,
    );
    const to = place();
    const making = backupNow(options({ to }));
    const failed = making.then(
      () => 'made',
      () => 'failed',
    );
    await expect
      .poll(
        async () => {
          const cut = await query(
            db.owner,
            `SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity
             WHERE application_name = 'taptill backup' AND datname = current_database() AND query LIKE '%"events"%'`,
          );
          return cut.length;
        },
        { interval: 5, timeout: 20_000 },
      )
      .toBeGreaterThan(0);
    expect(await failed).toBe('failed');
    expect(readdirSync(to)).toEqual([]);
  });
});

describe('automatic backups', () => {
  const shiftClosed = [
    {
      at: { xid: '9', id: 9 },
      event: { type: 'shift.changed' as const, visit_id: null, tap_id: null, details: { state: 'closed' } },
    },
  ];
  const said: string[] = [];
  const log = {
    info: (sentence: string) => void said.push(sentence),
    warn: (sentence: string) => void said.push(sentence),
  };

  it('are made at the start when none is there, at once when a shift was closed, and not otherwise', async () => {
    const to = place();
    const { databaseUrl, keysDir, appVersion } = options();
    const settings = { to, passphrase, keep: 5 };
    const running = { settings, sequelize: db.sequelize, databaseUrl, keysDir, appVersion, log, everyMs: 20 };
    const schedule = startBackups(running);
    await expect.poll(() => schedule.status().last_ok_at, { timeout: 10_000 }).toBeDefined();
    schedule.hear([{ ...shiftClosed[0]!, event: { ...shiftClosed[0]!.event, details: { state: 'open' } } }]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(readdirSync(to)).toHaveLength(1);
    schedule.hear(shiftClosed);
    await expect
      .poll(() => readdirSync(to).filter((name) => name.startsWith('taptill-')).length, { timeout: 10_000 })
      .toBe(2);
    await schedule.stop();
    // What the folder holds is remembered over a start.
    const next = startBackups(running);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await next.stop();
    expect(readdirSync(to)).toHaveLength(2);
  });

  it('say what failed and leave the server running', async () => {
    const settings = { to: join(db.appUrl, 'x'), passphrase: 'eight letters', keep: 5 };
    const { keysDir, appVersion } = options();
    const failing = {
      settings,
      sequelize: db.sequelize,
      databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
      keysDir,
      appVersion,
      log,
    };
    const schedule = startBackups(failing);
    await expect
      .poll(() => schedule.status().problem, { timeout: 10_000 })
      .toMatch(/The database cannot be reached/);
    expect(said.at(-1)).toMatch(/The database cannot be reached/);
    await schedule.stop();
  });
});
