import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sequelize } from 'sequelize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, withDatabase } from '../db/database.ts';
import { appRoleOf, migrate, migrationFiles } from '../db/migrate.ts';
import { inTransaction } from '../db/inTransaction.ts';
import { checkoutMigrations } from '../db/paths.ts';
import { query, queryOne } from '../db/query.ts';
import { readConfig } from '../config.ts';
import { tillLife } from '../queries/tillLife.ts';
import { openEventTail } from '../events/tail.ts';
import { openLog } from '../log.ts';
import { runServer } from '../runServer.ts';
import { openAuthority } from '../security/authority.ts';
import { authorisePour } from '../services/authorisePour.ts';
import { endLease } from '../services/endLease.ts';
import { forceUnlock } from '../services/forceUnlock.ts';
import { helloNode } from '../services/helloNode.ts';
import { sealLedger } from '../services/sealLedger.ts';
import { settleReport } from '../services/settleReport.ts';
import { verifyBooks } from '../services/verifyBooks.ts';
import { aBar, anOpenShift, anOperator, aTap, aVisit } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { aPourGranted, aReport, asking, BOOT, JOURNAL, look, refusedWith } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { temporaryCluster, temporaryDirectory } from '../testing/temporaryCluster.ts';
import type { TemporaryCluster } from '../testing/temporaryCluster.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { isOlderTill } from '#domain/node/tillLife';
import { minor } from '#domain/quantity/money';
import type { GrantWire, PourReport } from '#domain/protocol/node';
import { backupNow } from './backupNow.ts';
import { LEAP } from '#domain/node/tillLife';
import { restoreBackup } from './restoreBackup.ts';
import type { RestoreResult } from './restoreBackup.ts';

/**
 * The drill: a bar is backed up, works on, and is lost; what its tap poured since then is with the tap. Built once, the
 * tests below look at it in order.
 */
const passphrase = 'a passphrase for tests';
const STRANGE = 'Анна\t«Ёж»\n\\N \\ "x" \u202e🍺';
let db: TestDatabase;
let old: Bar;
let scene: Scene;
let dir: string;
let file: string;
let settledBefore: PourReport;
let settledAfter: PourReport;
let openEnded: PourReport;
let open: { grant: GrantWire; epoch: number };
let orphaned: GrantWire;
let before: Record<string, unknown>;
let restored: RestoreResult;
let seconds: number;
let again: TemporaryCluster;
let sequelize: Sequelize;
let bar: Bar;

const dataDir = (): string => join(dir, 'restored');

beforeAll(async () => {
  db = await testDatabase();
  dir = temporaryDirectory();
  await anOldBar();
  const keysDir = join(dir, 'keys');
  await openAuthority(keysDir);
  writeFileSync(join(keysDir, 'postgres.json'), '{}');
  file = (await backupNow({ databaseUrl: db.ownerUrl, keysDir, to: dir, passphrase, appVersion: '0.1.0' }))
    .file;
  before = await figures(db.sequelize);
  settledAfter = await afterTheBackup();
  const began = performance.now();
  restored = await restoreBackup({
    from: file,
    passphrase,
    dataDir: dataDir(),
    migrationsDir: checkoutMigrations(),
    lastZ: 3,
  });
  seconds = (performance.now() - began) / 1000;
  again = await temporaryCluster({ dataDir: dataDir() });
  sequelize = openDatabase({ url: again.cluster.appUrl });
}, 240_000);
afterAll(async () => {
  await sequelize?.close();
  await again?.remove();
  await db.drop();
  rmSync(dir, { recursive: true, force: true });
});

/** A closed shift with its Z; an open one with settled, open and orphaned grants; a guest of a strange name; part of it sealed. */
async function anOldBar(): Promise<void> {
  old = await aBar(db);
  const lead = await anOperator(old, { role: 'shift_lead' });
  await anOpenShift(old);
  const report = JSON.stringify({ z_number: 1, sales_minor: 0 });
  await query(
    db.sequelize,
    `UPDATE shifts SET state = 'closed', closed_at = now(), z_number = 1, z_report = $1::jsonb`,
    [report],
  );
  const shift = await anOpenShift(old);
  const visit = await aVisit(old, { balance: minor(100_000), name: STRANGE });
  const tap = await aTap(old);
  scene = { bar: old, visit, tap, shift_id: shift.shift_id, node: { node_id: tap.node_id } };
  settledBefore = aReport((await aPourGranted(scene)).grant, { seq: 1, metered_ml: 330 });
  await settleReport(old.deps, scene.node, settledBefore);
  await sealLedger(old.deps, { sweep: 'all' });

  const other = { ...scene, visit: await aVisit(old, { balance: minor(50_000) }), tap: await aTap(old) };
  other.node = { node_id: other.tap.node_id };
  orphaned = (await aPourGranted(other)).grant;
  await endLease(old.deps, orphaned.grant_id);
  await forceUnlock(old.deps, lead, {
    request_id: randomUUID(),
    visit_id: other.visit.visit_id,
    expected_version: (
      await queryOne<{ version: number }>(db.sequelize, 'SELECT version FROM visits WHERE id = $1', [
        other.visit.visit_id,
      ])
    ).version,
    reason: 'узел молчит',
  });
  const third = { ...scene, visit: await aVisit(old, { balance: minor(50_000) }), tap: await aTap(old) };
  third.node = { node_id: third.tap.node_id };
  const { grant } = await aPourGranted(third);
  open = { grant, epoch: grant.epoch };
  await query(db.sequelize, `INSERT INTO sessions (token_hash, operator_id, till_id) VALUES ($1, $2, $3)`, [
    createHash('sha256').update('x').digest('hex'),
    lead.operator_id,
    lead.till_id,
  ]);
}

/** What the old till acknowledged when the backup had been made: the end of a grant that it holds open, and a whole pour. */
async function afterTheBackup(): Promise<PourReport> {
  openEnded = aReport(open.grant, { metered_ml: 200 });
  const node = { node_id: await nodeOf(db.sequelize, open.grant.tap_id) };
  expect(await settleReport(old.deps, node, openEnded)).toMatchObject({ verdict: 'accepted' });
  const report = aReport((await aPourGranted(scene)).grant, { seq: 2, metered_ml: 500 });
  expect(await settleReport(old.deps, scene.node, report)).toMatchObject({ verdict: 'accepted' });
  return report;
}

/** What must come back as it was. */
async function figures(from: Sequelize): Promise<Record<string, unknown>> {
  const all = (sql: string) => query(from, sql);
  return {
    balances: await all('SELECT guest_id, balance_minor FROM guest_accounts ORDER BY guest_id'),
    guests: await all('SELECT * FROM guests ORDER BY id'),
    entries: await all('SELECT * FROM ledger_entries ORDER BY id'),
    transactions: await all('SELECT * FROM ledger_transactions ORDER BY id'),
    seals: await all('SELECT * FROM ledger_seals ORDER BY id'),
    pours: await all('SELECT * FROM pours ORDER BY id'),
    reports: await all('SELECT * FROM pour_reports ORDER BY id'),
    kegs: await all('SELECT * FROM kegs ORDER BY id'),
    operators: await all('SELECT * FROM operators ORDER BY id'),
    nodes: await all('SELECT * FROM nodes ORDER BY id'),
    flags: await all('SELECT * FROM feature_flags ORDER BY name'),
    bar: await all(`SELECT * FROM settings WHERE key NOT IN ('incarnation', 'generation') ORDER BY key`),
    z: await all('SELECT z_number, z_report FROM shifts WHERE z_number = 1'),
    grants: await all('SELECT id, state, lease_over, limit_minor, short_id FROM grants ORDER BY id'),
    marks: await all('SELECT * FROM node_marks ORDER BY node_id, tap_id'),
  };
}

const restoring = (change: Partial<Parameters<typeof restoreBackup>[0]> = {}) =>
  restoreBackup({
    from: file,
    passphrase,
    dataDir: join(dir, randomUUID()),
    migrationsDir: checkoutMigrations(),
    ...change,
  });

describe('a restored bar', () => {
  it('is the bar of the backup in an empty directory within 60 s: same ledger hash, balances, names, seals and Z (G10)', async () => {
    expect(seconds).toBeLessThan(60);
    expect(await figures(sequelize)).toEqual(before);
    expect(restored.books).toMatchObject({ ok: true, broken: [] });
    expect(restored.ledger.entries).toBe((before['entries'] as unknown[]).length);
    const taken = await backupNow({
      databaseUrl: again.cluster.ownerUrl,
      keysDir: join(dataDir(), 'keys'),
      to: join(dir, 'of-the-restored'),
      passphrase,
      appVersion: '0.1.0',
    });
    expect(taken.ledger).toEqual(restored.ledger);
  });

  it('has the keys of the old till, so that its taps know it, and none of the old computer', async () => {
    const keysDir = join(dataDir(), 'keys');
    for (const name of ['authority.pem', 'server.pem']) {
      expect(readFileSync(join(keysDir, name))).toEqual(readFileSync(join(dir, 'keys', name)));
      expect(statSync(join(keysDir, name)).mode & 0o777).toBe(0o600);
    }
    expect(existsSync(join(keysDir, 'postgres.json'))).toBe(false);
    expect(readdirSync(dataDir())).not.toContain('restore-unfinished.txt');
  });

  it('lives a new life: incarnation, epochs, versions, codes and numbers lie above anything seen (H26, H27)', async () => {
    const { incarnation } = await queryOne<{ incarnation: string }>(
      sequelize,
      `SELECT value #>> '{}' AS incarnation FROM settings WHERE key = 'incarnation'`,
    );
    expect(incarnation).toBe(restored.incarnation);
    expect(incarnation).not.toBe(restored.head.incarnation);
    const before = await tillLife(db);
    expect(isOlderTill(await tillLife({ sequelize }), before, 0)).toBe(true);
    expect(isOlderTill(before, await tillLife({ sequelize }), before.commit_mark)).toBe(false);
    const visit = 'SELECT lock_epoch, version FROM visits WHERE id = $1';
    const was = await queryOne<{ lock_epoch: number; version: number }>(db.sequelize, visit, [
      scene.visit.visit_id,
    ]);
    const is = await queryOne<{ lock_epoch: number; version: number }>(sequelize, visit, [
      scene.visit.visit_id,
    ]);
    // `was` has the pour after the backup, which the restored bar does not know.
    expect(is.lock_epoch).toBe(was.lock_epoch - 1 + LEAP.epoch);
    expect(is.version).toBeGreaterThan(was.version);
    const codes = 'SELECT short_code_counter AS n FROM taps WHERE id = $1';
    const oldCode = await queryOne<{ n: number }>(db.sequelize, codes, [scene.tap.tap_id]);
    const newCode = await queryOne<{ n: number }>(sequelize, codes, [scene.tap.tap_id]);
    expect(newCode.n).toBe((oldCode.n - 1 + LEAP.codes) % 1000);
    const fresh = await aBar({ sequelize });
    const { guest_id } = await aVisit(fresh);
    const guests = await queryOne<{ n: number }>(db.sequelize, 'SELECT max(id) AS n FROM guests');
    expect(guest_id).toBeGreaterThan(guests.n + LEAP.ids - 100);
  });

  it('ends old sessions, and says in the audit that it was restored and from when', async () => {
    expect(await query(sequelize, 'SELECT 1 FROM sessions WHERE ended_at IS NULL')).toEqual([]);
    const rows = await query(sequelize, `SELECT details FROM audit_events WHERE action = 'till.restored'`);
    expect(rows).toEqual([
      {
        details: {
          backup_of: restored.head.created_at,
          from_incarnation: restored.head.incarnation,
          incarnation: restored.incarnation,
          last_z: 3,
          ledger_hash: restored.ledger.hash,
        },
      },
    ]);
  });

  it('keeps Z numbers without a gap over those that only paper remembers (invariant 10)', async () => {
    const z = await query(
      sequelize,
      'SELECT z_number, z_report IS NULL AS lost FROM shifts WHERE z_number IS NOT NULL ORDER BY z_number',
    );
    expect(z).toEqual([
      { z_number: 1, lost: false },
      { z_number: 2, lost: true },
      { z_number: 3, lost: true },
    ]);
    const close = (z_number: number) =>
      query(
        sequelize,
        `UPDATE shifts SET state = 'closed', closed_at = now(), z_number = $1 WHERE state = 'open' RETURNING z_number`,
        [z_number],
      );
    await expect(close(5)).rejects.toThrow(/would leave a gap/);
    await expect(close(3)).rejects.toThrow(/would leave a gap/);
    await expect(restoring({ lastZ: 0 })).rejects.toThrow(/must be a number from 1 to 101/);
  });

  it('goes on: unsettled grants are still unsettled and end by what their taps send again, charged once; live events flow (invariants 4, 8)', async () => {
    bar = await aBar({ sequelize });
    const lock = await queryOne(
      sequelize,
      `SELECT g.state, g.lease_over, g.epoch, v.lock_epoch, v.active_tap_id = g.tap_id AS locked FROM grants g JOIN visits v ON v.id = g.visit_id WHERE g.id = $1`,
      [open.grant.grant_id],
    );
    const epoch = open.epoch + LEAP.epoch;
    expect(lock).toEqual({ state: 'open', lease_over: false, epoch, lock_epoch: epoch, locked: true });
    expect(
      await queryOne(sequelize, 'SELECT state, lease_over FROM grants WHERE id = $1', [orphaned.grant_id]),
    ).toEqual({
      state: 'orphaned',
      lease_over: true,
    });
    const unread = `SELECT count(*) AS n FROM events WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())`;
    expect(await queryOne(sequelize, unread), 'no event waits for a transaction of the old cluster').toEqual({
      n: 0,
    });
    const tail = await openEventTail({ sequelize, onError: () => undefined });
    const heard: unknown[] = [];
    tail.attach((events) => void heard.push(...events));
    const node = { node_id: await nodeOf(sequelize, open.grant.tap_id) };
    expect(await settleReport(bar.deps, node, openEnded)).toMatchObject({ verdict: 'accepted' });
    expect(await settleReport(bar.deps, node, openEnded)).toMatchObject({ verdict: 'duplicate' });
    const paid = 'SELECT cost_minor, paid_minor FROM pours WHERE grant_id = $1';
    const was = await queryOne(db.sequelize, paid, [open.grant.grant_id]);
    expect(await queryOne(sequelize, paid, [open.grant.grant_id])).toEqual(was);
    tail.poke();
    await expect.poll(() => heard.length, { timeout: 5_000 }).toBeGreaterThan(0);
    await tail.close();
    expect(
      await queryOne(
        sequelize,
        'SELECT active_tap_id FROM visits v JOIN grants g ON g.visit_id = v.id WHERE g.id = $1',
        [open.grant.grant_id],
      ),
    ).toEqual({ active_tap_id: null });
  });

  it('asks a tap for what it poured since, and keeps it: quarantined, keg counted once, tx burnt, review (H23)', async () => {
    const { node_id } = scene.node;
    const hello = await helloNode(bar.deps, scene.node, {
      protocol_version: 1,
      software: 'test',
      boot_id: BOOT,
      journal_id: JOURNAL,
      journalled: [settledBefore.client_tx_id, settledAfter.client_tx_id],
      taps: [{ tap_id: scene.tap.tap_id, seq_high: 2, meter_total_ml: 830 }],
    });
    expect(hello.incarnation).toBe(restored.incarnation);
    expect(hello.marks).toEqual([{ tap_id: scene.tap.tap_id, seq_high: 1 }]);

    const there: Scene = { ...scene, bar };
    const start = await look(there, settledAfter.client_tx_id);
    const [known, unknown] = [settledBefore, settledAfter];
    expect(await settleReport(bar.deps, { node_id }, known)).toMatchObject({ verdict: 'duplicate' });
    for (let delivery = 1; delivery <= 3; delivery += 1)
      expect(await settleReport(bar.deps, { node_id }, unknown)).toMatchObject({ verdict: 'quarantined' });
    const end = await look(there, unknown.client_tx_id);
    expect(end.keg_ml).toBe(start.keg_ml - 500);
    expect(end.grant).toBe('burnt');
    expect(end.balance_minor, 'nobody is charged by itself').toBe(start.balance_minor);
    expect(end.reviews.filter((kind) => !start.reviews.includes(kind))).toEqual(['unknown_grant']);
    const [item] = await query<{ facts: Record<string, unknown> }>(
      sequelize,
      `SELECT facts FROM review_items WHERE kind = 'unknown_grant'`,
    );
    expect(item?.facts).toMatchObject({ metered_ml: 500, short_id: unknown.short_id, keg_ml: 500 });
    const asked = asking(there, { client_tx_id: unknown.client_tx_id });
    expect(await refusedWith(authorisePour(bar.deps, scene.node, asked))).toBe('grant_over');
    expect((await verifyBooks({ sequelize })).broken).toEqual([]);
  });

  it('is as guarded as before: triggers on, foreign keys checked, the app role without rights on the ledger', async () => {
    await expect(query(sequelize, `UPDATE ledger_entries SET amount_minor = 1`)).rejects.toThrow(
      /permission denied/,
    );
    const owner = openDatabase({ url: again.cluster.ownerUrl, pool: { max: 1 } });
    try {
      await expect(query(owner, `UPDATE ledger_entries SET amount_minor = 1`)).rejects.toThrow(
        /written once/,
      );
      await expect(query(owner, `INSERT INTO visits (guest_id) VALUES (999999)`)).rejects.toThrow(
        /foreign key/,
      );
      const unbalanced = inTransaction(owner, async (unit) => {
        await query(unit, `INSERT INTO ledger_transactions (kind) VALUES ('opening')`);
        await query(unit, 'SET CONSTRAINTS ALL IMMEDIATE');
      });
      await expect(unbalanced).rejects.toThrow(/has 0 entries/);
    } finally {
      await owner.close();
    }
  });
});

const nodeOf = async (from: Sequelize, tap_id: number): Promise<number> =>
  (await queryOne<{ node_id: number }>(from, 'SELECT node_id FROM taps WHERE id = $1', [tap_id])).node_id;

describe('a restore is refused and leaves nothing', () => {
  it('over a bar that is there, or a folder that holds anything', async () => {
    const listing = readdirSync(dataDir()).sort();
    await expect(restoring({ dataDir: dataDir() })).rejects.toThrow(/is not empty .* Nothing was changed/);
    expect(readdirSync(dataDir()).sort()).toEqual(listing);
    const other = join(dir, randomUUID());
    mkdirSync(other);
    writeFileSync(join(other, 'restore-unfinished.txt'), '');
    const interrupted = /An earlier restore into .* was interrupted/;
    await expect(restoring({ dataDir: other })).rejects.toThrow(interrupted);
    await expect(
      runServer(readConfig({ TAPTILL_DATA_DIR: other }), openLog('silent')),
      'a start over half a bar',
    ).rejects.toThrow(interrupted);
    expect(readdirSync(other)).toEqual(['restore-unfinished.txt']);
  });

  it('by the wrong passphrase, a flipped byte or a file that is cut off, before anything is made', async () => {
    const bytes = readFileSync(file);
    const damaged = join(dir, 'damaged.backup');
    const target = join(dir, randomUUID());
    await expect(restoring({ dataDir: target, passphrase: 'another passphrase' })).rejects.toThrow(
      /The passphrase does not fit/,
    );
    const flipped = Buffer.from(bytes);
    flipped[flipped.length - 100] = (flipped[flipped.length - 100] ?? 0) ^ 0x40;
    writeFileSync(damaged, flipped);
    await expect(restoring({ dataDir: target, from: damaged })).rejects.toThrow(
      /was changed or damaged \(block \d+\)/,
    );
    writeFileSync(damaged, bytes.subarray(0, bytes.length - 1000));
    await expect(restoring({ dataDir: target, from: damaged })).rejects.toThrow(/is cut off/);
    expect(existsSync(target)).toBe(false);
  });

  it('by a Taptill that is older than the backup', async () => {
    const migrationsDir = join(dir, 'older');
    mkdirSync(migrationsDir, { recursive: true });
    writeFileSync(join(migrationsDir, '20261124000100-baseline.cjs'), '');
    await expect(restoring({ migrationsDir })).rejects.toThrow(
      /made by a newer Taptill \(0\.1\.0, migration 2026/,
    );
  });

  it('when its rows do not fit together: named by PostgreSQL, and the folder is as it was', async () => {
    const admin = openDatabase({ url: db.adminUrl, pool: { max: 1 } });
    await query(admin, 'SET session_replication_role = replica');
    await query(admin, 'INSERT INTO refusal_repeats (audit_event_id) VALUES (987654)');
    const options = { keysDir: join(dir, 'none'), to: join(dir, 'torn'), passphrase, appVersion: '0.1.0' };
    const torn = await backupNow({ databaseUrl: db.ownerUrl, ...options });
    await query(admin, 'DELETE FROM refusal_repeats WHERE audit_event_id = 987654');
    await admin.close();
    const target = join(dir, randomUUID());
    mkdirSync(target);
    await expect(restoring({ dataDir: target, from: torn.file })).rejects.toThrow(
      /^The backup's rows do not fit together: .*refusal_repeats.*Nothing was restored/,
    );
    expect(readdirSync(target)).toEqual([]);
  }, 180_000);
});

describe('a backup of an older version', () => {
  it('is loaded into its own schema and then brought to head with its data', async () => {
    const migrationsDir = checkoutMigrations();
    const upTo = '20261124001000-flags-and-pos-outbox.cjs';
    const snapshot = join(migrationsDir, 'snapshots', upTo.replace('.cjs', '.data.sql'));
    const name = `older_${process.pid}`;
    const admin = openDatabase({ url: db.adminUrl, pool: { max: 1 } });
    await query(admin, `CREATE DATABASE ${name} OWNER taptill_owner`);
    try {
      const ownerUrl = withDatabase(db.ownerUrl, name);
      await migrate({ ownerUrl, appRole: appRoleOf(db.appUrl), migrationsDir, upTo });
      const older = openDatabase({ url: ownerUrl, pool: { max: 1 } });
      await older.query(readFileSync(snapshot, 'utf8'));
      const guests = await query(older, 'SELECT id, name FROM guests ORDER BY id');
      await older.close();
      const options = {
        keysDir: join(dir, 'none'),
        to: join(dir, 'older-backup'),
        passphrase,
        appVersion: '0.0.9',
      };
      const made = await backupNow({ databaseUrl: ownerUrl, ...options });
      const target = join(dir, 'from-older');
      const result = await restoring({ from: made.file, dataDir: target });
      expect(result.head.migrations.at(-1)).toBe(upTo);
      expect(result.ledger).toEqual(made.ledger);
      const { cluster, remove } = await temporaryCluster({ dataDir: target });
      const head = openDatabase({ url: cluster.appUrl, pool: { max: 1 } });
      const names = await query<{ name: string }>(head, 'SELECT name FROM "SequelizeMeta" ORDER BY name');
      expect(names.map((row) => row.name)).toEqual(migrationFiles(migrationsDir));
      expect(await query(head, 'SELECT id, name FROM guests ORDER BY id')).toEqual(guests);
      expect(guests.length).toBeGreaterThan(0);
      await head.close();
      await remove();
    } finally {
      await query(admin, `DROP DATABASE ${name} WITH (FORCE)`);
      await admin.close();
    }
  }, 180_000);
});
