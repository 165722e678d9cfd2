import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { appRoleOf, migrate } from '../db/migrate.ts';
import { checkoutMigrations } from '../db/paths.ts';
import { sealLedger } from '../services/sealLedger.ts';
import { aBar, aGuest } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { temporaryCluster, temporaryDirectory } from '../testing/temporaryCluster.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const secret = { TAPTILL_BACKUP_PASSPHRASE: 'a passphrase for tests' };
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

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A command of package.json as its own process. */
function run(
  script: 'verify' | 'backup' | 'restore',
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Ran> {
  const { DATABASE_URL: _, DATABASE_OWNER_URL: __, TAPTILL_DATA_DIR: ___, ...around } = process.env;
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...around, ...env } };
    execFile(process.execPath, [join(root, 'build', `${script}.ts`), ...args], options, (error, out, err) =>
      resolve({ status: error ? Number(error.code) : 0, out, err }),
    );
  });
}

async function asSuperuser(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: db.adminUrl });
  await client.connect();
  try {
    await client.query(`SET session_replication_role = replica; ${sql}`);
  } finally {
    await client.end();
  }
}

describe('npm run verify', () => {
  it('says of each kind what it went through, and ends with 0', async () => {
    await aGuest(bar, { balance: minor(5_000) });
    await sealLedger(bar.deps);
    const { status, out } = await run('verify', [], { DATABASE_URL: db.appUrl });
    expect(out).toContain('ok      balance = sum of entries (1 in guest_accounts)');
    expect(out).toContain('ok      seals (1 in ledger_seals)');
    expect(out).toContain('The books hold: 1 transactions with 2 entries, 1 guests');
    expect(status).toBe(0);
  });

  it('names the first broken row of each kind and ends with 1; --json says the same to programs', async () => {
    const { guest_id } = await aGuest(bar, { balance: minor(5_000) });
    await asSuperuser(`UPDATE guest_accounts SET balance_minor = 6000 WHERE guest_id = ${guest_id}`);
    const { status, out } = await run('verify', [], { DATABASE_URL: db.appUrl });
    const says = 'balance is 6000, its entries sum to 5000';
    expect(out).toContain(`BROKEN  balance = sum of entries: guest_accounts ${guest_id} ${says}`);
    expect(out).toContain('THE BOOKS ARE BROKEN');
    expect(status).toBe(1);
    const json = await run('verify', ['--json'], { DATABASE_URL: db.appUrl });
    expect(json.status).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, broken: [{ row_id: String(guest_id), says }] });
  });

  it('never makes a bar where there is none, and knows its options', async () => {
    const empty = join(dir, 'empty');
    const none = await run('verify', [], { TAPTILL_DATA_DIR: empty });
    expect(none).toMatchObject({
      status: 1,
      err: expect.stringContaining(`There is no bar in ${empty}`) as string,
    });
    const unknown = await run('verify', ['--fast'], { DATABASE_URL: db.appUrl });
    expect(unknown.err).toContain('--fast is unknown. Usage: npm run verify');
  });
});

describe('npm run backup and restore', () => {
  it('take a running bar, whose server goes on, to another folder where verify holds', async () => {
    const { cluster, dataDir, remove } = await temporaryCluster();
    const to = join(dir, 'stick');
    const target = join(dir, 'new-till');
    const passphraseFile = join(dir, 'passphrase');
    writeFileSync(passphraseFile, 'пароль из файла\r\nsecond line\n');
    mkdirSync(join(dataDir, 'keys'), { recursive: true });
    writeFileSync(join(dataDir, 'keys', 'authority.pem'), 'the authority');
    const { ownerUrl, appUrl } = cluster;
    await migrate({ ownerUrl, appRole: appRoleOf(appUrl), migrationsDir: checkoutMigrations() });
    try {
      const args = ['--to', to, '--second', join(dir, 'second'), '--passphrase-file', passphraseFile];
      const made = await run('backup', args, { TAPTILL_DATA_DIR: dataDir });
      expect(made).toMatchObject({ status: 0, err: '' });
      const client = new pg.Client({ connectionString: appUrl });
      await client.connect();
      await client.end();
    } finally {
      await remove();
    }
    const [name = ''] = readdirSync(to);
    expect(readdirSync(join(dir, 'second'))).toEqual([name]);
    const from = ['--from', join(to, name), '--data', target];
    expect((await run('restore', from, secret)).err).toContain(
      `The passphrase does not fit the backup ${name}.`,
    );
    const restored = await run('restore', [...from, '--passphrase-file', passphraseFile], {});
    expect(restored).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringContaining('1 keys into') as string,
    });
    const verified = await run('verify', [], { TAPTILL_DATA_DIR: target });
    expect(verified).toMatchObject({ status: 0, out: expect.stringContaining('The books hold') as string });
    expect(readdirSync(join(target, 'pg'))).not.toContain('postmaster.pid');
  }, 240_000);

  it('say how they are used, and what lacks', async () => {
    const database = { DATABASE_URL: db.ownerUrl };
    expect((await run('backup', [], { ...secret, ...database })).err).toContain(
      'Usage: npm run backup -- --to DIR',
    );
    expect((await run('restore', ['--from', 'x'], secret)).err).toContain(
      'Usage: npm run restore -- --from FILE',
    );
    const bare = await run('backup', ['--to', dir], database);
    expect(bare).toMatchObject({
      status: 1,
      err: expect.stringContaining('it needs a passphrase') as string,
    });
  });

  it('--check reads a backup to its end and lists what is in it', async () => {
    const to = join(dir, 'checked');
    await run('backup', ['--to', to], { ...secret, DATABASE_URL: db.ownerUrl });
    const checked = await run('backup', ['--check', join(to, readdirSync(to)[0] ?? '')], secret);
    expect(checked).toMatchObject({ status: 0, err: '' });
    expect(checked.out).toMatch(
      /is whole: of 20.*\n[^]*table guests: \d+\n[^]*ledger [0-9a-f]{64} \(\d+ entries\)/,
    );
  });
});
