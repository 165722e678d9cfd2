import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appServer, type AppServer } from '#server/testing/appServer';
import { enrolTestNode, setUpBar, type EnrolledNode } from '#server/testing/clients';
import { testDatabase, type TestDatabase } from '#server/testing/testDatabase';
import { loadIdentity, saveIdentity } from '#tap-node/pairing/identity';
import type { Identity } from '#tap-node/pairing/identity';
import { ownTill } from './ownTill.ts';

let db: TestDatabase;
let server: AppServer;
let node: EnrolledNode;
let identity: Identity;
const directory = mkdtempSync(join(tmpdir(), 'taptill-renew-'));
beforeAll(async () => {
  db = await testDatabase();
  server = await appServer(db);
  const { api } = await setUpBar(server.url);
  const [tap] = (await api.board.get.query()).taps;
  node = await enrolTestNode(server, api, { name: 'pi', tap_ids: [tap?.tap_id ?? 0] });
  const { node_id, tap_ids, ca } = node;
  identity = { till_url: `https://127.0.0.1:${server.lanPort}`, node_id, tap_ids, ca, ...node.identity };
  saveIdentity(directory, identity);
});
afterAll(async () => {
  await node.close();
  expect(server.unexpected).toEqual([]);
  await server.close();
  await db.drop();
  rmSync(directory, { recursive: true, force: true });
});

it('a renewed key is on the disk before it is used; the node goes on with it, its watch comes back, and a restart finds it', async () => {
  const till = ownTill({ directory, till_url: identity.till_url, identity });
  const problems: string[] = [];
  till.watch(
    () => undefined,
    (problem) => problems.push(problem),
  );
  await expect.poll(() => server.app.hub.connected(), { timeout: 20_000 }).toEqual([node.node_id]);
  await till.renew?.();
  await expect.poll(() => problems.length, { timeout: 20_000 }).toBeGreaterThan(0);
  const renewed = loadIdentity(directory);
  expect(renewed?.key).not.toBe(identity.key);
  expect(renewed).toMatchObject({ node_id: node.node_id, ca: identity.ca });
  const beat = {
    boot_id: 'boot-0001',
    queue_depth: 0,
    oldest_age_ms: null,
    taps: [],
    stops_acknowledged: [],
  };
  expect(await till.heartbeat(beat)).toMatchObject({ emergency_stop: false });
  await till.close();
  if (!renewed) return;
  const again = ownTill({ directory, till_url: identity.till_url, identity: renewed });
  expect(await again.heartbeat(beat)).toMatchObject({ emergency_stop: false });
  await again.close();
});

it('a power cut between the new key and the file that names it leaves the old identity whole', () => {
  const here = mkdtempSync(join(directory, 'cut-'));
  saveIdentity(here, identity);
  writeFileSync(join(here, 'node-1.key'), 'half a key');
  expect(loadIdentity(here)).toEqual(identity);
  saveIdentity(here, { ...identity, node_id: 99 });
  expect(loadIdentity(here)).toEqual({ ...identity, node_id: 99 });
  expect(readdirSync(here).sort()).toEqual(['node-1.crt', 'node-1.key', 'node.json', 'till-ca-1.crt']);
});
