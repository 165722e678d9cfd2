import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { randomBytes, randomUUID } from 'node:crypto';
import { TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeCommand } from '#domain/protocol/node';
import { query, queryOne } from '../../db/query.ts';
import { openAuthority, SERVER_NAME } from '../../security/authority.ts';
import { appServer, type AppServer } from '../../testing/appServer.ts';
import {
  enrolTestNode,
  lanClient,
  newNodeKey,
  setUpBar,
  type EnrolledNode,
  type LanClient,
  type TillClient,
} from '../../testing/clients.ts';
import { testDatabase, type TestDatabase } from '../../testing/testDatabase.ts';

let db: TestDatabase;
let server: AppServer;
let api: TillClient;
const open: LanClient[] = [];
const taps: number[] = [];

beforeAll(async () => {
  db = await testDatabase();
  server = await appServer(db);
  ({ api } = await setUpBar(server.url));
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8]) taps.push((await api.taps.create.mutate({ number })).tap_id);
});
afterAll(async () => {
  for (const one of open) await one.close();
  await server.close();
  await db.drop();
});

let enrolled = 0;
/** The tries of one address are few; each test has the limit to itself. */
async function aNode(tap_ids = [taps[enrolled++] ?? 0]): Promise<EnrolledNode> {
  Object.assign(server.app, { enrolmentTries: { take: () => 0 } });
  const node = await enrolTestNode(server, api, { name: `pi-${randomBytes(3).toString('hex')}`, tap_ids });
  open.push(node);
  return node;
}
const stranger = (identity?: { key: string; certificate: string }): LanClient => {
  const client = lanClient(server.lanPort, { identity });
  open.push(client);
  return client;
};
const codeOf = async (call: Promise<unknown>): Promise<string> => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TRPCClientError)) throw new Error(`no tRPC error: ${String(error)}`);
  return (
    (error.data as { taptill?: { code: string } } | undefined)?.taptill?.code ??
    `connection: ${error.message}`
  );
};
const hello = (tap_ids: number[]) => ({
  protocol_version: 1,
  software: 'test',
  boot_id: 'boot-0001',
  journal_id: 'journal-0001',
  journalled: [],
  taps: tap_ids.map((tap_id) => ({ tap_id, seq_high: 0, meter_total_ml: 0 })),
});
const heartbeat = (tap_ids: number[]) => ({
  boot_id: 'boot-0001',
  queue_depth: 0,
  oldest_age_ms: null,
  taps: tap_ids.map((tap_id) => ({ tap_id, phase: 'idle' as const, meter_total_ml: 0 })),
  stops_acknowledged: [],
});
const authorise = (tap_id: number, card_uid = '04A1B2C3D4E580') => ({
  client_tx_id: randomBytes(16).toString('hex'),
  tap_id,
  card_uid,
  boot_id: 'boot-0001',
  attempt: 1,
});
const closed = (socket: TLSSocket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()));

describe('the TLS port', () => {
  it('a node whose certificate this till made is heard, and is who its certificate says', async () => {
    const node = await aNode();
    const answer = await node.client.node.hello.mutate(hello(node.tap_ids));
    expect(answer).toMatchObject({ node_id: node.node_id, incarnation: server.app.incarnation });
    expect(answer.config.taps.map((tap) => tap.tap_id)).toEqual(node.tap_ids);
  });

  it('speaks TLS 1.3 and nothing older, and shows its one name with the authority behind it', async () => {
    const { certificate: ca } = server.app.authority;
    const socket = connectTls({ port: server.lanPort, ca, servername: SERVER_NAME });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    expect(socket.authorized).toBe(true);
    expect(socket.getProtocol()).toBe('TLSv1.3');
    socket.destroy();
    const old = connectTls({ port: server.lanPort, ca, servername: SERVER_NAME, maxVersion: 'TLSv1.2' });
    await expect(new Promise((_, reject) => old.once('error', reject))).rejects.toThrow(/protocol version/i);
    const other = connectTls({ port: server.lanPort, ca, servername: 'till.example' });
    await expect(new Promise((_, reject) => other.once('error', reject))).rejects.toThrow(/altnames/i);
  });

  it.each(['hello', 'heartbeat', 'authorise', 'progress', 'settle', 'cancel', 'flow'] as const)(
    'without a certificate node.%s is refused',
    async (name) => {
      const { client } = stranger();
      const inputs = {
        hello: hello([1]),
        heartbeat: heartbeat([1]),
        authorise: authorise(1),
        progress: { grant_id: randomUUID(), tap_id: 1, ml: 1 },
        settle: { reports: [{}] },
        cancel: { client_tx_id: '0'.repeat(32), tap_id: 1, boot_id: 'boot-0001' },
        flow: { flow_id: '0'.repeat(32), tap_id: 1, kind: 'leak', pulses: 1, ml: 1, age_ms: 0 },
      };
      const call = client.node[name].mutate as (input: unknown) => Promise<unknown>;
      expect(await codeOf(call(inputs[name]))).toBe('node.not_allowed');
    },
  );

  it('without a certificate no command is pushed', async () => {
    const { client } = stranger();
    const error = await new Promise((resolve) =>
      client.node.commands.subscribe(undefined, { onError: resolve, onData: () => resolve('data') }),
    );
    expect(error).toMatchObject({ data: { taptill: { code: 'node.not_allowed' } } });
  });

  it('a certificate of another till’s authority opens nothing', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'taptill-foreign-'));
    const foreign = await openAuthority(dir);
    rmSync(dir, { recursive: true });
    const { key, csr } = await newNodeKey();
    const { certificate } = await foreign.signNode(csr);
    expect(await codeOf(stranger({ key, certificate }).client.node.hello.mutate(hello([1])))).toBe(
      'node.not_allowed',
    );
  });

  it('a certificate of this authority whose key no node has opens nothing', async () => {
    const { key, csr } = await newNodeKey();
    const { certificate } = await server.app.authority.signNode(csr);
    expect(await codeOf(stranger({ key, certificate }).client.node.hello.mutate(hello([1])))).toBe(
      'node.not_allowed',
    );
  });

  it('the server’s own certificate is not a node’s', async () => {
    expect(await codeOf(stranger(server.app.authority.server).client.node.hello.mutate(hello([1])))).toBe(
      'node.not_allowed',
    );
  });

  it('a certificate that has ended by the server’s clock opens nothing', async () => {
    const node = await aNode();
    await query(
      db.sequelize,
      `UPDATE nodes SET certificate_expires_at = now() - interval '1 second' WHERE id = $1`,
      [node.node_id],
    );
    expect(await codeOf(node.client.node.hello.mutate(hello(node.tap_ids)))).toBe('node.not_allowed');
  });

  it('revoking a node cuts its live connections and opens nothing to it any more', async () => {
    const node = await aNode();
    const commands: NodeCommand[] = [];
    const cut = new Promise((resolve) => {
      node.client.node.commands.subscribe(undefined, {
        onData: (command) => commands.push(command),
        onConnectionStateChange: (state) => state.state === 'connecting' && state.error && resolve('cut'),
        onError: () => resolve('cut'),
      });
    });
    const socket = connectTls({
      port: server.lanPort,
      ca: node.ca,
      servername: SERVER_NAME,
      key: node.identity.key,
      cert: node.identity.certificate,
    });
    socket.write(
      `POST /node.heartbeat HTTP/1.1\r\nhost: till\r\ncontent-type: application/json\r\ncontent-length: ${JSON.stringify(heartbeat(node.tap_ids)).length}\r\n\r\n${JSON.stringify(heartbeat(node.tap_ids))}`,
    );
    await new Promise((resolve) => socket.once('data', resolve));
    await expect.poll(() => server.app.hub.connected()).toContain(node.node_id);
    const gone = closed(socket);
    await api.nodes.revoke.mutate({ node_id: node.node_id, reason: 'украден' });
    await gone;
    expect(await cut).toBe('cut');
    await expect
      .poll(() => codeOf(node.client.node.hello.mutate(hello(node.tap_ids))))
      .toBe('node.not_allowed');
    const audit = await query(
      db.sequelize,
      `SELECT reason FROM audit_events WHERE action = 'node.revoked' AND node_id = $1`,
      [node.node_id],
    );
    expect(audit).toEqual([{ reason: 'украден' }]);
  });

  it('a node speaks only for its own taps', async () => {
    const node = await aNode();
    const other = await aNode();
    const [foreign = 0] = other.tap_ids;
    expect(await node.client.node.authorise.mutate(authorise(foreign))).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'node_not_allowed' },
    });
    expect(
      await codeOf(
        node.client.node.flow.mutate({
          flow_id: randomBytes(16).toString('hex'),
          tap_id: foreign,
          kind: 'leak',
          pulses: 10,
          ml: 10,
          age_ms: 0,
        }),
      ),
    ).toBe('node.not_allowed');
    expect(
      await codeOf(node.client.node.progress.mutate({ grant_id: randomUUID(), tap_id: foreign, ml: 5 })),
    ).toBe('grant.not_found');
    const told: unknown[] = [];
    const end = server.app.live.attach((event) => told.push(event));
    await node.client.node.heartbeat.mutate(heartbeat([foreign]));
    end();
    expect(told).toEqual([]);
    expect(server.app.live.tap(foreign)).toBeUndefined();
    const losses = await queryOne(db.sequelize, 'SELECT count(*) AS n FROM flow_losses');
    expect(losses).toEqual({ n: 0 });
  });

  it('commands reach the node that they are for, and no other', async () => {
    const [node, other] = [await aNode(), await aNode()];
    const got: [number, NodeCommand][] = [];
    for (const one of [node, other])
      one.client.node.commands.subscribe(undefined, {
        // A node that was taken in a moment ago may still be told its taps.
        onData: (command) => command.kind !== 'config' && got.push([one.node_id, command]),
      });
    await expect
      .poll(() => server.app.hub.connected())
      .toEqual(expect.arrayContaining([node.node_id, other.node_id]));
    const grant_id = randomUUID();
    server.app.deps.push(node.node_id, { kind: 'stop_grant', grant_id });
    await expect.poll(() => got).toEqual([[node.node_id, { kind: 'stop_grant', grant_id }]]);
    await api.taps.emergencyStop.mutate({ reason: 'пожар' });
    await expect
      .poll(() =>
        got
          .slice(1)
          .map(([id]) => id)
          .sort(),
      )
      .toEqual([node.node_id, other.node_id].sort());
    expect(await node.client.node.heartbeat.mutate(heartbeat(node.tap_ids))).toMatchObject({
      emergency_stop: true,
    });
    expect(await node.client.node.authorise.mutate(authorise(node.tap_ids[0] ?? 0))).toMatchObject({
      outcome: 'refused',
    });
    await api.taps.endEmergencyStop.mutate({ reason: 'потушили' });
    expect(await node.client.node.heartbeat.mutate(heartbeat(node.tap_ids))).toMatchObject({
      emergency_stop: false,
    });
  });

  it('a new keg is told to the node of its tap at once', async () => {
    const node = await aNode();
    const got: NodeCommand[] = [];
    node.client.node.commands.subscribe(undefined, { onData: (command) => got.push(command) });
    await expect.poll(() => server.app.hub.connected()).toContain(node.node_id);
    const [beverage] = await api.beverages.list.query();
    const { keg_id } = await api.kegs.receive.mutate({
      request_id: randomUUID(),
      beverage_id: beverage?.beverage_id ?? 0,
      size_ml: 20_000,
    });
    await api.kegs.putOnTap.mutate({ request_id: randomUUID(), tap_id: node.tap_ids[0] ?? 0, keg_id });
    await expect
      .poll(() => got.at(-1))
      .toMatchObject({
        kind: 'config',
        config: { taps: [{ tap_id: node.tap_ids[0], beverage: { name: 'Пилс' } }] },
      });
  });
});

describe('enrolment', () => {
  const limitTo = (seconds: number) => Object.assign(server.app, { enrolmentTries: { take: () => seconds } });
  const secretOf = (code: string): string => code.slice(0, code.lastIndexOf('-'));
  const newTap = async (): Promise<number> => {
    const { number } = await queryOne<{ number: number }>(
      db.sequelize,
      'SELECT max(number) + 1 AS number FROM taps',
    );
    return (await api.taps.create.mutate({ number })).tap_id;
  };

  it('a code works once; the same key may hear its answer again, another may not', async () => {
    limitTo(0);
    const { code } = await api.nodes.createEnrolment.mutate({ name: 'pi', tap_ids: [await newTap()] });
    expect(code).toMatch(new RegExp(`^[2-9A-Z]{10}-${server.app.authority.fingerprint}$`));
    const [mine, thief] = [await newNodeKey(), await newNodeKey()];
    const { client } = stranger();
    const first = await client.pairing.enrol.mutate({ secret: secretOf(code).toLowerCase(), csr: mine.csr });
    const again = await client.pairing.enrol.mutate({ secret: secretOf(code), csr: mine.csr });
    expect(again.node_id).toBe(first.node_id);
    expect(await codeOf(client.pairing.enrol.mutate({ secret: secretOf(code), csr: thief.csr }))).toBe(
      'enrolment.code_wrong',
    );
  });

  it('of many nodes that use one code at once exactly one is taken in', async () => {
    limitTo(0);
    const { code } = await api.nodes.createEnrolment.mutate({ name: 'race', tap_ids: [await newTap()] });
    const keys = await Promise.all(Array.from({ length: 6 }, newNodeKey));
    const outcomes = await Promise.allSettled(
      keys.map(({ csr }) => stranger().client.pairing.enrol.mutate({ secret: secretOf(code), csr })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await queryOne(db.sequelize, `SELECT count(*) AS n FROM nodes WHERE name = 'race'`)).toEqual({
      n: 1,
    });
  });

  it('a code that is too old, was never given, or has the wrong request behind it takes nobody in, and each try is audited', async () => {
    limitTo(0);
    const { csr } = await newNodeKey();
    const { client } = stranger();
    const before = await queryOne<{ n: number }>(db.sequelize, 'SELECT count(*) AS n FROM nodes');
    const { code } = await api.nodes.createEnrolment.mutate({ name: 'late', tap_ids: [await newTap()] });
    expect(await codeOf(client.pairing.enrol.mutate({ secret: 'ABCDEFGH23', csr }))).toBe(
      'enrolment.code_wrong',
    );
    expect(await codeOf(client.pairing.enrol.mutate({ secret: secretOf(code), csr: 'no request' }))).toBe(
      'enrolment.bad_request',
    );
    await query(db.sequelize, `UPDATE node_enrolments SET expires_at = now() - interval '1 second'`);
    expect(await codeOf(client.pairing.enrol.mutate({ secret: secretOf(code), csr }))).toBe(
      'enrolment.code_wrong',
    );
    expect(await queryOne(db.sequelize, 'SELECT count(*) AS n FROM nodes')).toEqual(before);
    const { n } = await queryOne<{ n: number }>(
      db.sequelize,
      `SELECT count(*) AS n FROM audit_events WHERE action = 'node.enrolment_refused'`,
    );
    expect(n).toBeGreaterThanOrEqual(3);
  });

  it('a tap that has a node gets no second one before the first is revoked; a key that was revoked never comes back', async () => {
    limitTo(0);
    const tap_id = await newTap();
    const { code } = await api.nodes.createEnrolment.mutate({ name: 'old', tap_ids: [tap_id] });
    const key = await newNodeKey();
    const { node_id } = await stranger().client.pairing.enrol.mutate({
      secret: secretOf(code),
      csr: key.csr,
    });
    expect(await codeOf(api.nodes.createEnrolment.mutate({ name: 'new', tap_ids: [tap_id] }))).toBe(
      'tap.has_node',
    );
    await api.nodes.revoke.mutate({ node_id, reason: 'замена' });
    const second = await api.nodes.createEnrolment.mutate({ name: 'new', tap_ids: [tap_id] });
    expect(
      await codeOf(stranger().client.pairing.enrol.mutate({ secret: secretOf(second.code), csr: key.csr })),
    ).toBe('enrolment.bad_request');
    const fresh = await newNodeKey();
    const replaced = await stranger().client.pairing.enrol.mutate({
      secret: secretOf(second.code),
      csr: fresh.csr,
    });
    expect(replaced.node_id).not.toBe(node_id);
    const rows = await api.nodes.list.query();
    expect(rows.find((row) => row.node_id === replaced.node_id)).toMatchObject({
      name: 'new',
      state: 'active',
    });
  });

  it('tries are limited per address, and the answer says how long to wait', async () => {
    const { rateLimit } = await import('../../security/rateLimit.ts');
    const tries = rateLimit({ perAddress: 5, global: 20, windowMs: 60_000, monotonic: () => 0 });
    Object.assign(server.app, { enrolmentTries: tries });
    const { csr } = await newNodeKey();
    const { client } = stranger();
    for (let i = 0; i < 5; i += 1)
      expect(await codeOf(client.pairing.enrol.mutate({ secret: 'ABCDEFGH23', csr }))).toBe(
        'enrolment.code_wrong',
      );
    await expect(client.pairing.enrol.mutate({ secret: 'ABCDEFGH23', csr })).rejects.toMatchObject({
      data: { httpStatus: 429, taptill: { code: 'request.too_many', params: { seconds_left: 60 } } },
    });
  });
});

describe('a flood', () => {
  const nodeAtNewTap = async (number: number) => aNode([(await api.taps.create.mutate({ number })).tap_id]);
  const openOf = (sockets: readonly Socket[]) => () =>
    sockets.filter(({ readyState }) => readyState === 'open').length;
  const soon = { timeout: 20_000 };

  it('of connections that never shake hands does not keep a node out, and they are ended', async () => {
    const node = await nodeAtNewTap(90);
    const idle = Array.from({ length: 300 }, () =>
      connectTcp(server.lanPort, '127.0.0.1')
        .on('error', () => undefined)
        .resume(),
    );
    await expect.poll(() => idle.every(({ connecting }) => !connecting), soon).toBe(true);
    await expect.poll(openOf(idle), soon).toBeLessThanOrEqual(64);
    const answer = await node.client.node.heartbeat.mutate(heartbeat(node.tap_ids));
    expect(answer.emergency_stop).toBe(false);
    await expect.poll(openOf(idle), soon).toBe(0);
  });

  it('of strangers with a finished handshake leaves room for nodes', async () => {
    const sockets = Array.from({ length: 120 }, () =>
      connectTls({ port: server.lanPort, rejectUnauthorized: false })
        .on('error', () => undefined)
        .resume(),
    );
    await expect.poll(openOf(sockets), soon).toBeLessThanOrEqual(50);
    const node = await nodeAtNewTap(91);
    expect(await node.client.node.heartbeat.mutate(heartbeat(node.tap_ids))).toMatchObject({
      emergency_stop: false,
    });
    for (const socket of sockets) socket.destroy();
  });

  it('nothing of all this was unexpected', () => {
    expect(server.unexpected).toEqual([]);
  });
});
