import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { TRPCClientError } from '@trpc/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TillEvent } from '#domain/protocol/till';
import { query } from './db/query.ts';
import { callerHeaders, enrolTestNode, setUpBar, tillClient, type TillClient } from './testing/clients.ts';
import { startServer, type StartOptions, type TestServer } from './testing/startServer.ts';
import { temporaryDirectory } from './testing/temporaryCluster.ts';
import { testDatabase, type TestDatabase } from './testing/testDatabase.ts';

const SLOW = { timeout: 30_000, interval: 50 };
const running: TestServer[] = [];
async function start(options: StartOptions): Promise<TestServer> {
  const server = await startServer(options);
  running.push(server);
  return server;
}
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const openVisit = (api: TillClient) =>
  api.visits.open.mutate({ request_id: randomUUID(), guest: { age_confirmed: true } });

describe('the server’s process on a database of somebody else', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterEach(() => db.truncate());
  afterAll(() => db.drop());
  const on = (options: StartOptions = {}) =>
    start({ databaseUrl: db.appUrl, ownerUrl: db.ownerUrl, ...options });

  it('says where it is when it is ready, and ends by itself when it is told to', async () => {
    const server = await on();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await tillClient(server.url).session.operators.query()).toMatchObject({ setup_needed: true });
    process.kill(server.pid, 'SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(server.log()).not.toContain('unexpected');
  });

  it('ends at once although a browser and a node are listening to it', async () => {
    const server = await on();
    const { api } = await setUpBar(server.url);
    const [tap] = (await api.board.get.query()).taps;
    const node = await enrolTestNode(server, api, { name: 'pi', tap_ids: [tap?.tap_id ?? 0] });
    const heard: string[] = [];
    const screens = api.events.subscribe.subscribe({}, { onData: ({ data }) => heard.push(data.type) });
    const commands = node.client.node.commands.subscribe(undefined, {});
    await expect.poll(() => heard, SLOW).toContain('reset');
    const began = performance.now();
    process.kill(server.pid, 'SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(5_000);
    screens.unsubscribe();
    commands.unsubscribe();
    await node.close();
  });

  it.each([
    ['TAPTILL_HTTP_PORT', 'abc', /TAPTILL_HTTP_PORT is "abc": it must be a port/],
    ['TAPTILL_LAN_PORT', '70000', /TAPTILL_LAN_PORT is "70000": it must be a port/],
    ['FF_POS_ADAPTER_STUB', 'maybe', /FF_POS_ADAPTER_STUB is "maybe": it must be on or off/],
    ['TAPTILL_LOG', 'loud', /TAPTILL_LOG is "loud": it must be one of/],
    ['TAPTILL_RENDERER_DIR', '/nowhere', /TAPTILL_RENDERER_DIR is .*no index\.html/],
    ['DATABASE_URL', 'mysql://x', /A database URL must look like/],
  ])('says which setting is wrong and what it must be: %s=%s', async (name, value, sentence) => {
    await expect(on({ env: { [name]: value } })).rejects.toThrow(sentence);
  });

  it('says so when its port is taken', async () => {
    const port = await freePort();
    await on({ httpPort: port });
    await expect(on({ httpPort: port })).rejects.toThrow(
      new RegExp(`Port ${port} is taken.*TAPTILL_HTTP_PORT`),
    );
  });

  it('a flag set by the environment is audited at the start', async () => {
    await on({ env: { FF_LOST_CARD_ENFORCEMENT: 'off' } });
    const rows = await query(
      db.sequelize,
      `SELECT details FROM audit_events WHERE action = 'flag.overridden_at_start'`,
    );
    expect(rows).toEqual([{ details: { FF_LOST_CARD_ENFORCEMENT: false } }]);
  });

  it('a screen goes on where it was when the server was killed: nothing twice, nothing missed, no new sign-in', async () => {
    const dataDir = temporaryDirectory();
    const [httpPort, lanPort] = [await freePort(), await freePort()];
    const first = await on({ dataDir, httpPort, lanPort });
    const { api } = await setUpBar(first.url);
    const events: { id: string; data: TillEvent }[] = [];
    const watching = api.events.subscribe.subscribe({}, { onData: (event) => events.push(event) });
    const visits = () => events.flatMap(({ data }) => (data.type === 'visit.changed' ? [data.visit_id] : []));
    await expect.poll(() => events.map(({ data }) => data.type), SLOW).toContain('reset');
    const one = await openVisit(api);
    await expect.poll(visits, SLOW).toEqual([one.visit_id]);
    await first.kill9();
    await query(db.owner, `INSERT INTO events (type, visit_id) VALUES ('visit.changed', 4711)`);
    await on({ dataDir, httpPort, lanPort });
    await expect.poll(visits, SLOW).toEqual([one.visit_id, 4711]);
    const two = await openVisit(api);
    await expect.poll(visits, SLOW).toEqual([one.visit_id, 4711, two.visit_id]);
    expect(events.filter(({ data }) => data.type === 'reset')).toHaveLength(1);
    watching.unsubscribe();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('two servers on one database tell each other’s screens', async () => {
    const [a, b] = [await on(), await on()];
    const { session } = await setUpBar(a.url);
    const [onA, onB] = [a, b].map(({ url }) => tillClient(url, { token: session.token }));
    if (!onA || !onB) return expect.fail();
    const heard: TillEvent[] = [];
    const watching = onB.events.subscribe.subscribe({}, { onData: ({ data }) => heard.push(data) });
    await expect.poll(() => heard, SLOW).toContainEqual({ type: 'reset' });
    const { visit_id } = await openVisit(onA);
    await expect
      .poll(() => heard, SLOW)
      .toContainEqual(expect.objectContaining({ type: 'visit.changed', visit_id }));
    watching.unsubscribe();
  });

  it('its log holds no token, PIN, code or name, whatever was asked', async () => {
    const server = await on({ env: { TAPTILL_LOG: 'debug' } });
    const { api, session, recovery_code } = await setUpBar(server.url);
    const canary = 'Канарейкин';
    await api.visits.open.mutate({
      request_id: randomUUID(),
      guest: { name: canary, phone: '+79990001122', age_confirmed: true },
    });
    await api.visits.search.query({ query: canary });
    const { code } = await api.nodes.createEnrolment.mutate({ name: canary, tap_ids: [1] });
    await tillClient(server.url)
      .session.signIn.mutate({ operator_id: session.operator.id, pin: '97531' })
      .catch(() => undefined);
    await fetch(`${server.url}/trpc/visits.topUp`, {
      method: 'POST',
      body: canary,
      headers: { ...callerHeaders({ token: session.token }), 'content-type': 'application/json' },
    });
    await server.stop();
    const secrets = [
      session.token,
      server.tillToken,
      server.stationToken,
      recovery_code,
      code.slice(0, 10),
      '97531',
      canary,
      '9990001122',
    ];
    expect(secrets.filter((secret) => server.log().includes(secret))).toEqual([]);
  });
});

describe('the server’s process with its own PostgreSQL', () => {
  const postmasterOf = (dataDir: string): number =>
    Number(readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0]);

  it('leaves no process behind when it ends, and goes on with the same bar after kill -9 of both', async () => {
    const dataDir = temporaryDirectory();
    const first = await start({ dataDir });
    const { session } = await setUpBar(first.url);
    const token = session.token;
    const { visit_id } = await openVisit(tillClient(first.url, { token }));
    const postmaster = postmasterOf(dataDir);
    await first.kill9();
    expect(isAlive(postmaster)).toBe(true);
    process.kill(postmaster, 'SIGKILL');
    const second = await start({ dataDir });
    expect(await tillClient(second.url, { token }).visits.get.query({ visit_id })).toMatchObject({
      visit_id,
      state: 'active',
    });
    const next = postmasterOf(dataDir);
    await second.stop();
    await expect.poll(() => isAlive(next), SLOW).toBe(false);
    expect(existsSync(join(dataDir, 'pg', 'postmaster.pid'))).toBe(false);
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('while PostgreSQL is killed and comes back, callers wait or are told to ask again: never a failure, and screens go on', async () => {
    const dataDir = temporaryDirectory();
    const server = await start({ dataDir });
    const { api } = await setUpBar(server.url);
    const heard: TillEvent[] = [];
    const watching = api.events.subscribe.subscribe({}, { onData: ({ data }) => heard.push(data) });
    await expect.poll(() => heard, SLOW).toContainEqual({ type: 'reset' });
    const codes: string[] = [];
    let asking = true;
    const askers = Array.from({ length: 4 }, async () => {
      while (asking) {
        await api.board.get.query().catch((error: unknown) => {
          const data =
            error instanceof TRPCClientError
              ? (error.data as { taptill?: { code: string } } | undefined)
              : undefined;
          codes.push(data?.taptill?.code ?? String(error));
        });
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    const before = postmasterOf(dataDir);
    process.kill(before, 'SIGKILL');
    await expect
      .poll(
        () =>
          existsSync(join(dataDir, 'pg', 'postmaster.pid')) &&
          postmasterOf(dataDir) !== before &&
          isAlive(postmasterOf(dataDir)),
        SLOW,
      )
      .toBe(true);
    await expect
      .poll(
        () =>
          api.board.get.query().then(
            () => true,
            () => false,
          ),
        SLOW,
      )
      .toBe(true);
    asking = false;
    await Promise.all(askers);
    expect([...new Set(codes)].filter((code) => code !== 'server.busy')).toEqual([]);
    const { visit_id } = await openVisit(api);
    await expect
      .poll(() => heard, SLOW)
      .toContainEqual(expect.objectContaining({ type: 'visit.changed', visit_id }));
    watching.unsubscribe();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
});
