import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { appServer, type AppServer } from '#server/testing/appServer';
import { PIN, setUpBar, type TillClient } from '#server/testing/clients';
import { testDatabase, type TestDatabase } from '#server/testing/testDatabase';
import type { Clock } from '#tap-node/agent/clock';
import { machineClock, machineRandom } from '#tap-node/agent/machineTime';
import { connectLan, trpcTill } from '#tap-node/sync/trpcTill';
import { loadIdentity } from './identity.ts';
import type { Identity } from './identity.ts';
import { pairNode } from './pairNode.ts';
import type { PairingShown } from './pairNode.ts';

type Bar = { db: TestDatabase; server: AppServer; api: TillClient; operator_id: number; tap_id: number };
let bar: Bar;
let rogue: Bar;
const directories: string[] = [];
const soon = { timeout: 60_000 };

async function aBar(): Promise<Bar> {
  const db = await testDatabase();
  const server = await appServer(db);
  const { api, session } = await setUpBar(server.url);
  const tap_id = (await api.board.get.query()).taps[0]?.tap_id ?? 0;
  return { db, server, api, operator_id: session.operator.id, tap_id };
}
beforeAll(async () => {
  bar = await aBar();
  rogue = await aBar();
});
/** The tries of one address are few; each test has the limits to itself. */
beforeEach(async () => {
  for (const { server, db } of [bar, rogue]) {
    Object.assign(server.app, { enrolmentTries: { take: () => 0 }, pairingLooks: { take: () => 0 } });
    await db.owner.query(`UPDATE node_pairings SET state = 'refused' WHERE state IN ('asked', 'waiting')`);
    await db.owner.query('UPDATE taps SET node_id = NULL');
  }
});
afterAll(async () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  for (const { server, db } of [bar, rogue]) {
    expect(server.unexpected).toEqual([]);
    await server.close();
    await db.drop();
  }
});

/** A minute passes in less than a second. */
const FAST = 100;
const fastClock: Clock = {
  monotonic: () => machineClock.monotonic() * FAST,
  wall: () => machineClock.wall(),
  after: (ms, work) => machineClock.after(ms / FAST, work),
};
const urlOf = ({ server }: Bar): string => `https://127.0.0.1:${server.lanPort}`;

type Pairing = {
  shown(): PairingShown;
  code(): string | null;
  press(): void;
  stop(): void;
  readonly directory: string;
  readonly done: Promise<Identity | null>;
};

function start(how: { till_url?: string; found?: string[]; directory?: string }): Pairing {
  const directory = how.directory ?? mkdtempSync(join(tmpdir(), 'taptill-pairing-'));
  directories.push(directory);
  let shown: PairingShown = { stage: 'searching' };
  let given = false;
  let over = false;
  const done = pairNode({
    directory,
    name: 'pi',
    till_url: how.till_url ?? null,
    find: () => Promise.resolve(how.found ?? []),
    clock: fastClock,
    random: machineRandom,
    show: (next) => (shown = next),
    same: { given: () => given, reset: () => void (given = false) },
    log: () => undefined,
    isOver: () => over,
  });
  return {
    shown: () => shown,
    code: () => (shown.stage === 'code' ? shown.code : null),
    press: () => void (given = true),
    stop: () => void (over = true),
    directory,
    done,
  };
}

/** Somebody at the till confirms the only request there is, with the code that the till shows. */
async function confirmAtTill({ api, operator_id, tap_id }: Bar): Promise<{ code: string; node_id: number }> {
  await expect.poll(() => api.nodes.pairings.query(), soon).toHaveLength(1);
  const [waiting] = await api.nodes.pairings.query();
  if (!waiting) throw new Error('nobody waits');
  const { pairing_id, code } = waiting;
  const { node_id } = await api.nodes.confirmPairing.mutate({
    request_id: randomUUID(),
    pairing_id,
    code,
    name: 'Кран 1',
    tap_ids: [tap_id],
    approval: { operator_id, pin: PIN },
  });
  return { code, node_id };
}

it('both screens show one code; when both sides have said so the node has its certificate, and not before', async () => {
  const pairing = start({ found: [urlOf(bar)] });
  const { code, node_id } = await confirmAtTill(bar);
  expect(pairing.code()).toBe(code);
  await expect.poll(() => pairing.shown(), soon).toMatchObject({ stage: 'code', taken: true, same: false });
  expect(loadIdentity(pairing.directory)).toBeNull();
  pairing.press();
  const identity = await pairing.done;
  expect(identity).toMatchObject({ node_id, tap_ids: [bar.tap_id], till_url: urlOf(bar) });
  expect(loadIdentity(pairing.directory)).toEqual(identity);
  expect(readdirSync(pairing.directory)).not.toContain('pairing.json');
  if (!identity) return;
  const { key, certificate, ca } = identity;
  const connection = connectLan({ till_url: urlOf(bar), ca, client: { key, certificate } });
  const { config } = await trpcTill(connection).hello({
    protocol_version: 1,
    software: 'test',
    boot_id: 'boot-0001',
    journal_id: 'journal-0001',
    journalled: [],
    taps: [{ tap_id: bar.tap_id, seq_high: 0, meter_total_ml: 0 }],
  });
  expect(config.taps.map((tap) => tap.tap_id)).toEqual([bar.tap_id]);
  await connection.close();
});

it('a paired node says nothing to another till at the same address, whatever its name', async () => {
  const pairing = start({ till_url: urlOf(bar) });
  await confirmAtTill(bar);
  pairing.press();
  const identity = await pairing.done;
  if (!identity) return expect.fail('not paired');
  const { key, certificate, ca } = identity;
  const connection = connectLan({ till_url: urlOf(rogue), ca, client: { key, certificate } });
  await expect(connection.client.pairing.poll.query({ pairing_id: randomUUID() })).rejects.toThrow(
    /fetch failed|certificate|verify/i,
  );
  await connection.close();
});

it('a stranger’s till that takes the node in at once gets nothing: nobody at the tap has seen its code', async () => {
  const pairing = start({ found: [urlOf(rogue)] });
  await confirmAtTill(rogue);
  const [stranger] = [pairing.code()];
  await expect.poll(() => pairing.shown(), soon).toMatchObject({ stage: 'code', taken: true });
  expect(await bar.api.nodes.pairings.query()).toEqual([]);
  // Five minutes later it has asked anew, with a new code; what the stranger gave is forgotten.
  await expect.poll(() => pairing.code(), soon).not.toBe(stranger);
  expect(loadIdentity(pairing.directory)).toBeNull();
  pairing.stop();
  expect(await pairing.done).toBeNull();
});

it('where more than one calls itself the till, none is asked: the address is written by hand', async () => {
  const pairing = start({ found: [urlOf(rogue), urlOf(bar)] });
  await expect.poll(() => pairing.shown(), soon).toMatchObject({ stage: 'several' });
  for (const one of [bar, rogue]) expect(await one.api.nodes.pairings.query()).toEqual([]);
  pairing.stop();
  await pairing.done;
  const by_hand = start({ till_url: urlOf(bar), found: [urlOf(rogue)] });
  await confirmAtTill(bar);
  by_hand.press();
  expect(await by_hand.done).toMatchObject({ till_url: urlOf(bar) });
});

it('refused at the till: a new key, a new number, a new code', async () => {
  const pairing = start({ till_url: urlOf(bar) });
  await expect.poll(() => bar.api.nodes.pairings.query(), soon).toHaveLength(1);
  const [first] = await bar.api.nodes.pairings.query();
  if (!first) return expect.fail('nobody waits');
  const { pairing_id } = first;
  await bar.api.nodes.refusePairing.mutate({ request_id: randomUUID(), pairing_id, reason: 'не наш' });
  await expect
    .poll(async () => (await bar.api.nodes.pairings.query())[0]?.pairing_id ?? pairing_id, soon)
    .not.toBe(pairing_id);
  const [second] = await bar.api.nodes.pairings.query();
  await expect.poll(() => pairing.code(), soon).toBe(second?.code);
  pairing.stop();
  await pairing.done;
});

it('a power cut after the till has said yes loses nothing: the node asks on with the key that it had', async () => {
  const before = start({ till_url: urlOf(bar) });
  const { code, node_id } = await confirmAtTill(bar);
  await expect.poll(() => before.code(), soon).toBe(code);
  before.stop();
  expect(await before.done).toBeNull();
  expect(readdirSync(before.directory)).toEqual(['pairing.json']);
  const after = start({ till_url: urlOf(bar), directory: before.directory });
  await expect.poll(() => after.code(), soon).toBe(code);
  after.press();
  expect(await after.done).toMatchObject({ node_id });
});

it('no till: the screen says who does not answer', async () => {
  const pairing = start({ till_url: 'https://127.0.0.1:9' });
  await expect
    .poll(() => pairing.shown(), soon)
    .toMatchObject({ stage: 'no_answer', address: '127.0.0.1:9' });
  pairing.stop();
  await pairing.done;
});
