import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { temporaryDirectory } from '../testing/temporaryCluster.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import { isAlive } from './embedded/postmasterPid.ts';
import { checkoutMigrations } from './paths.ts';
import { query } from './query.ts';
import { readyDatabase } from './readyDatabase.ts';

const migrationsDir = checkoutMigrations();
let dataDir: string;
beforeEach(() => {
  dataDir = temporaryDirectory();
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('without a URL the embedded database is started, migrated and checked, and is gone after close', async () => {
  const ready = await readyDatabase({ cluster: { dataDir }, migrationsDir });
  const pid = ready.cluster?.current().pid ?? 0;
  expect(await query(ready.sequelize, 'SELECT current_user::text AS role FROM settings LIMIT 1')).toEqual([
    { role: 'taptill_app' },
  ]);
  expect(isAlive(pid)).toBe(true);
  await ready.close();
  expect(isAlive(pid)).toBe(false);
});

it('with both URLs another PostgreSQL is used, and none is started here', async () => {
  const db = await testDatabase();
  const ready = await readyDatabase({
    cluster: { dataDir },
    migrationsDir,
    appUrl: db.appUrl,
    ownerUrl: db.ownerUrl,
  });
  expect(ready.cluster).toBeUndefined();
  await ready.close();
  const withoutOwner = await readyDatabase({ cluster: { dataDir }, migrationsDir, appUrl: db.appUrl });
  await withoutOwner.close();
  await query(db.owner, 'CREATE TABLE by_hand (id int)');
  await expect(readyDatabase({ cluster: { dataDir }, migrationsDir, appUrl: db.appUrl })).rejects.toThrow(
    /drift.*by_hand/s,
  );
  await db.drop();
});

it('a superuser as the app is refused before anything is written', async () => {
  const { adminUrl, ownerUrl } = inject('testCluster');
  const options = { cluster: { dataDir }, migrationsDir, appUrl: adminUrl, ownerUrl };
  await expect(readyDatabase(options)).rejects.toThrow(/"postgres" is a superuser/);
});

it('half a configuration and an unreachable database are told apart, and both say what to set', async () => {
  const options = { cluster: { dataDir }, migrationsDir };
  await expect(readyDatabase({ ...options, ownerUrl: 'postgres://a@b/c' })).rejects.toThrow(
    /DATABASE_URL is not: set both/,
  );
  const { appUrl } = inject('testCluster');
  const stranger = appUrl.replace('taptill_app', 'stranger');
  await expect(readyDatabase({ ...options, appUrl: stranger })).rejects.toThrow(
    /does not let "stranger" in \(DATABASE_URL\).*stranger/,
  );
});
