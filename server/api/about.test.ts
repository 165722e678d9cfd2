import { afterAll, beforeAll, expect, it } from 'vitest';
import { VERSION } from '#domain/version';
import { appServer, type AppServer } from '../testing/appServer.ts';
import { setUpBar } from '../testing/clients.ts';
import { testDatabase, type TestDatabase } from '../testing/testDatabase.ts';

let db: TestDatabase;
let server: AppServer;
beforeAll(async () => {
  db = await testDatabase();
  server = await appServer(db);
});
afterAll(async () => {
  await server.close();
  await db.drop();
});

it('the till says what runs and how old the newest backup is', async () => {
  const { api } = await setUpBar(server.url);
  expect(await api.about.get.query()).toMatchObject({
    version: VERSION,
    incarnation: server.app.incarnation,
    backup: { scheduled: false, second_place: false, last_at: null, problem: null },
  });
  const last_ok_at = new Date('2026-11-24T03:00:00.000Z');
  server.app.backups.ask(() => ({ scheduled: true, second_place: false, last_ok_at, problem: 'No stick.' }));
  expect((await api.about.get.query()).backup).toEqual({
    scheduled: true,
    second_place: false,
    last_at: last_ok_at.toISOString(),
    problem: 'No stick.',
  });
});
