import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { query, queryOne } from '../../db/query.ts';
import { openAuthority } from '../../security/authority.ts';
import { appServer, type AppServer } from '../../testing/appServer.ts';
import { aClock } from '../../testing/builders.ts';
import {
  enrolTestNode,
  lanClient,
  newNodeKey,
  setUpBar,
  type EnrolledNode,
  type LanClient,
  type LanIdentity,
  type TillClient,
} from '../../testing/clients.ts';
import { temporaryDirectory } from '../../testing/temporaryCluster.ts';
import { testDatabase, type TestDatabase } from '../../testing/testDatabase.ts';

const clock = aClock();
const DAY_MS = 86_400_000;
const foreignKeys = temporaryDirectory();
let db: TestDatabase;
let server: AppServer;
let api: TillClient;
let tap_id: number;
let next_number = 10;
const open: LanClient[] = [];

beforeAll(async () => {
  db = await testDatabase();
  server = await appServer(db, { clock });
  ({ api } = await setUpBar(server.url));
});
beforeEach(async () => {
  Object.assign(server.app, { enrolmentTries: { take: () => 0 } });
  ({ tap_id } = await api.taps.create.mutate({ number: next_number++ }));
  // Each test sees its own refusals: ten minutes later the same stranger is told of again.
  clock.advance(10 * 60_000);
});
afterAll(async () => {
  for (const one of open) await one.close();
  expect(server.unexpected).toEqual([]);
  await server.close();
  await db.drop();
  rmSync(foreignKeys, { recursive: true, force: true });
});

async function aNode(): Promise<EnrolledNode> {
  const node = await enrolTestNode(server, api, {
    name: `pi-${randomBytes(3).toString('hex')}`,
    tap_ids: [tap_id],
  });
  open.push(node);
  return node;
}
const as = (identity?: LanIdentity): LanClient => {
  const client = lanClient(server.lanPort, { identity });
  open.push(client);
  return client;
};
const hello = (change: object = {}) => ({
  protocol_version: 1,
  software: 'test',
  boot_id: 'boot-0001',
  journal_id: 'journal-0001',
  journalled: [],
  taps: [{ tap_id, seq_high: 0, meter_total_ml: 0 }],
  ...change,
});
const beat = () => ({
  boot_id: 'boot-0001',
  queue_depth: 0,
  oldest_age_ms: null,
  taps: [],
  stops_acknowledged: [],
});
const codeOf = async (call: Promise<unknown>): Promise<string> => {
  const error: unknown = await call.then(
    () => 'done',
    (reason: unknown) => reason,
  );
  if (!(error instanceof TRPCClientError)) return String(error);
  return (error.data as { taptill?: { code: string } } | undefined)?.taptill?.code ?? error.message;
};
/** What the trail says of the last one who was refused. */
const lastRefused = () =>
  queryOne<{ node_id: number | null; why: string }>(
    db.sequelize,
    `SELECT node_id, details->>'why' AS why FROM audit_events WHERE action = 'security.node_refused' ORDER BY id DESC LIMIT 1`,
  );
async function isRefused(client: LanClient, told: { node_id: number | null; why: string }): Promise<void> {
  expect(await codeOf(client.client.node.hello.mutate(hello()))).toBe('node.not_allowed');
  expect(await lastRefused()).toEqual(told);
}

it('no certificate, a foreign one, the server’s own, and one without a node are refused, each by its name in the trail', async () => {
  await isRefused(as(), { node_id: null, why: 'no_certificate' });
  const { key, csr } = await newNodeKey();
  const foreign = await (await openAuthority(foreignKeys)).signNode(csr);
  await isRefused(as({ key, certificate: foreign.certificate }), {
    node_id: null,
    why: 'foreign_certificate',
  });
  clock.advance(10 * 60_000);
  await isRefused(as(server.app.authority.server), { node_id: null, why: 'foreign_certificate' });
  const { certificate } = await server.app.authority.signNode(csr);
  await isRefused(as({ key, certificate }), { node_id: null, why: 'unknown_key' });
});

it('a revoked and an expired certificate name their node', async () => {
  const node = await aNode();
  await api.nodes.revoke.mutate({ node_id: node.node_id, reason: 'x' });
  await isRefused(as(node.identity), { node_id: node.node_id, why: 'revoked' });
  const other = await aNode();
  await query(db.sequelize, 'UPDATE nodes SET certificate_expires_at = $2 WHERE id = $1', [
    other.node_id,
    clock.now(),
  ]);
  await isRefused(as(other.identity), { node_id: other.node_id, why: 'expired' });
});

it('one stranger leaves one row in ten minutes, however often it knocks, and a crowd leaves fifty', async () => {
  const count = async () =>
    (
      await queryOne<{ n: number }>(
        db.sequelize,
        `SELECT count(*)::int AS n FROM audit_events WHERE action = 'security.node_refused'`,
      )
    ).n;
  const before = await count();
  const { client } = as();
  for (let i = 0; i < 3; i += 1) await codeOf(client.node.hello.mutate(hello()));
  expect((await count()) - before).toBe(1);
  for (let i = 0; i < 60; i += 1)
    await server.app.strangers.refused({ address: `10.0.0.${i}`, spki_sha256: undefined, foreign: false });
  expect((await count()) - before).toBe(50);
});

it('a node renews before its certificate ends: both keys are good until the next is used, then only that, for five years', async () => {
  const node = await aNode();
  expect((await node.client.node.heartbeat.mutate(beat())).renew_certificate).toBeUndefined();
  await query(db.sequelize, 'UPDATE nodes SET certificate_expires_at = $2 WHERE id = $1', [
    node.node_id,
    new Date(clock.now().getTime() + 179 * DAY_MS),
  ]);
  expect((await node.client.node.heartbeat.mutate(beat())).renew_certificate).toBe(true);
  const lost = await newNodeKey();
  await node.client.node.renew.mutate({ csr: lost.csr });
  const { key, csr } = await newNodeKey();
  const { certificate } = await node.client.node.renew.mutate({ csr });
  expect(await codeOf(node.client.node.hello.mutate(hello()))).toBe('done');
  const next = as({ key, certificate });
  expect((await next.client.node.hello.mutate(hello())).node_id).toBe(node.node_id);
  expect((await next.client.node.heartbeat.mutate(beat())).renew_certificate).toBeUndefined();
  clock.advance(2_000);
  expect(await codeOf(as(node.identity).client.node.hello.mutate(hello()))).toBe('node.not_allowed');
  const trail = await query<{ action: string }>(
    db.sequelize,
    `SELECT action FROM audit_events WHERE node_id = $1 AND action LIKE 'node.renew%' ORDER BY id`,
    [node.node_id],
  );
  expect(trail.map(({ action }) => action)).toEqual([
    'node.renewal_given',
    'node.renewal_given',
    'node.renewed',
  ]);
  await api.nodes.revoke.mutate({ node_id: node.node_id, reason: 'x' });
  expect(await codeOf(as({ key, certificate }).client.node.hello.mutate(hello()))).toBe('node.not_allowed');
});

it('a node cannot take the key of another as its next', async () => {
  const first = await aNode();
  ({ tap_id } = await api.taps.create.mutate({ number: next_number++ }));
  const second = await aNode();
  const { csr } = await newNodeKey();
  await first.client.node.renew.mutate({ csr });
  expect(await codeOf(second.client.node.renew.mutate({ csr }))).toBe('enrolment.bad_request');
});

it('a node whose clock stands in 1970, or a year ahead, is heard like any other, and the trail says so', async () => {
  const node = await aNode();
  const off = async (wall_ms: number): Promise<number | undefined> => {
    expect(await codeOf(node.client.node.hello.mutate(hello({ wall_ms })))).toBe('done');
    const [row] = await query<{ off: number }>(
      db.sequelize,
      `SELECT (details->>'off_seconds')::bigint AS off FROM audit_events WHERE action = 'node.clock_off' AND node_id = $1 ORDER BY id DESC LIMIT 1`,
      [node.node_id],
    );
    return row?.off;
  };
  const now = clock.now().getTime();
  expect(await off(now - 60_000)).toBeUndefined();
  expect(await off(12_000)).toBe(Math.round((12_000 - now) / 1000));
  expect(await off(now + 365 * DAY_MS)).toBe(365 * 86_400);
});
