import { X509Certificate, createHash, randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { codeText, commitmentText, PAIRING_MS, pairingCode } from '#domain/node/pairing';
import { query, queryOne } from '../db/query.ts';
import { pairingList } from '../queries/pairings.ts';
import { openAuthority, spkiSha256, type Authority } from '../security/authority.ts';
import { aBar, anOperator, aTap } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { newNodeKey, type NodeKey } from '../testing/clients.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { temporaryDirectory } from '../testing/temporaryCluster.ts';
import { testDatabase, type TestDatabase } from '../testing/testDatabase.ts';
import { confirmPairing, type ConfirmPairing } from './confirmPairing.ts';
import { pollPairing } from './pollPairing.ts';
import { refusePairing } from './refusePairing.ts';
import { requestPairing } from './requestPairing.ts';
import { revealPairing } from './revealPairing.ts';
import { revokeNode } from './revokeNode.ts';
import type { Actor } from './support/deps.ts';

let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let authority: Authority;
const keysDir = temporaryDirectory();
beforeAll(async () => {
  db = await testDatabase();
  authority = await openAuthority(keysDir);
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  lead = await anOperator(bar, { role: 'shift_lead' });
});
afterAll(async () => {
  rmSync(keysDir, { recursive: true, force: true });
  await db.drop();
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const spkiOf = (certificate: string) => spkiSha256(new X509Certificate(certificate));

type Node = { key: NodeKey; node_spki_sha256: string; nonce: string; address: string };
/** A node that has made its key and its number. */
async function aNode(address = '192.168.1.20'): Promise<Node> {
  const key = await newNodeKey();
  const { spki_sha256 } = await authority.signNode(key.csr);
  return { key, node_spki_sha256: spki_sha256, nonce: randomBytes(32).toString('hex'), address };
}
const ask = ({ key, node_spki_sha256, nonce, address }: Node) =>
  requestPairing(bar.deps, authority, {
    input: {
      name: 'pi',
      csr: key.csr,
      commitment: sha256(commitmentText({ node_spki_sha256, node_nonce: nonce })),
    },
    address,
  });
/** Asked and shown: the node's own code beside the request. */
async function waiting(node?: Node): Promise<{ pairing_id: string; code: string; node: Node }> {
  const one = node ?? (await aNode());
  const { pairing_id, till_nonce } = await ask(one);
  await revealPairing(bar.deps, authority, { pairing_id, nonce: one.nonce });
  const { node_spki_sha256, nonce: node_nonce } = one;
  const ca_spki_sha256 = spkiOf(authority.certificate);
  const code = pairingCode(sha256(codeText({ ca_spki_sha256, node_spki_sha256, node_nonce, till_nonce })));
  return { pairing_id, code, node: one };
}
const confirming = (
  change: Partial<ConfirmPairing> & { pairing_id: string; code: string },
): ConfirmPairing => ({
  request_id: randomUUID(),
  name: 'кран 1',
  tap_ids: [],
  approver: { ...lead },
  ...change,
});
/** A tap that no node has. */
async function aFreeTap(): Promise<number> {
  const { tap_id } = await aTap(bar);
  await query(db.owner, 'UPDATE taps SET node_id = NULL WHERE id = $1', [tap_id]);
  return tap_id;
}
const poll = (pairing_id: string) => pollPairing(bar.deps, authority, { pairing_id });
const audited = async (action: string) =>
  (
    await queryOne<{ n: number }>(
      db.sequelize,
      'SELECT count(*)::int AS n FROM audit_events WHERE action = $1',
      [action],
    )
  ).n;

it('the till shows a request only after the node has shown its number, with the code that the node works out too', async () => {
  const node = await aNode();
  const { pairing_id } = await ask(node);
  expect(await pairingList(bar.deps)).toEqual([]);
  expect(await poll(pairing_id)).toMatchObject({ state: 'waiting' });
  const shown = await waiting(await aNode('192.168.1.21'));
  expect(await pairingList(bar.deps)).toMatchObject([
    { pairing_id: shown.pairing_id, code: shown.code, name: 'pi', address: '192.168.1.21' },
  ]);
  await revealPairing(bar.deps, authority, { pairing_id: shown.pairing_id, nonce: shown.node.nonce });
  expect(await pairingList(bar.deps)).toHaveLength(1);
});

it('a confirmed node gets its certificate, its taps and an end by the till’s clock, once for each delivery', async () => {
  const tap_id = await aFreeTap();
  const { pairing_id, code, node } = await waiting();
  const input = confirming({ pairing_id, code, tap_ids: [tap_id, tap_id] });
  const first = await confirmPairing(bar.deps, bar.actor, input);
  expect(await confirmPairing(bar.deps, bar.actor, input)).toEqual(first);
  const answer = await poll(pairing_id);
  expect(answer).toMatchObject({ state: 'paired', node_id: first.node_id, tap_ids: [tap_id] });
  if (answer.state === 'paired') {
    expect(spkiOf(answer.certificate)).toBe(node.node_spki_sha256);
    expect(
      new X509Certificate(answer.certificate).verify(new X509Certificate(authority.certificate).publicKey),
    ).toBe(true);
  }
  const audit = await queryOne(
    db.sequelize,
    `SELECT operator_id, node_id FROM audit_events WHERE action = 'node.paired'`,
  );
  expect(audit).toEqual({ operator_id: lead.operator_id, node_id: first.node_id });
  expect(await pairingList(bar.deps)).toEqual([]);
  await revokeNode(bar.deps, lead, { node_id: first.node_id, reason: 'x' });
  expect(await poll(pairing_id)).toEqual({ state: 'over' });
});

it('another code than the till’s ends the request, and is a security event', async () => {
  const tap_id = await aFreeTap();
  const { pairing_id, code } = await waiting();
  const wrong = confirming({ pairing_id, code: code === '000000' ? '000001' : '000000', tap_ids: [tap_id] });
  expect((await refusalOf(confirmPairing(bar.deps, bar.actor, wrong))).code).toBe('pairing.code_wrong');
  expect((await refusalOf(confirmPairing(bar.deps, bar.actor, wrong))).code).toBe('pairing.code_wrong');
  expect(await audited('security.pairing_code_wrong')).toBe(1);
  const right = confirming({ pairing_id, code, tap_ids: [tap_id] });
  expect((await refusalOf(confirmPairing(bar.deps, bar.actor, right))).code).toBe('pairing.not_found');
  expect(await poll(pairing_id)).toEqual({ state: 'over' });
  expect(await query(db.sequelize, `SELECT 1 FROM nodes WHERE name = 'кран 1'`)).toEqual([]);
});

it('a node that shows another number than the hidden one is out, before anybody sees a code', async () => {
  const node = await aNode();
  const { pairing_id } = await ask(node);
  const nonce = randomBytes(32).toString('hex');
  for (const number of [nonce, node.nonce])
    expect((await refusalOf(revealPairing(bar.deps, authority, { pairing_id, nonce: number }))).code).toBe(
      'pairing.not_found',
    );
  expect(await pairingList(bar.deps)).toEqual([]);
  expect(await poll(pairing_id)).toEqual({ state: 'over' });
  expect(await audited('security.pairing_number_changed')).toBe(1);
});

it('who stands between sees two different codes, whichever side he serves first', async () => {
  const mitm = await openAuthority(join(keysDir, 'mitm'));
  const victim = await aNode();
  const middle = await aNode('192.168.1.66');
  const { pairing_id } = await waiting(middle);
  const [at_till] = await pairingList(bar.deps);
  // The node speaks to the man in the middle's authority; he hands on the number that the till gave him.
  const { till_nonce } = await queryOne<{ till_nonce: string }>(
    db.sequelize,
    'SELECT till_nonce FROM node_pairings WHERE id = $1',
    [pairing_id],
  );
  const at_node = pairingCode(
    sha256(
      codeText({
        ca_spki_sha256: spkiOf(mitm.certificate),
        node_spki_sha256: victim.node_spki_sha256,
        node_nonce: victim.nonce,
        till_nonce,
      }),
    ),
  );
  expect(at_node).not.toBe(at_till?.code);
});

it('only a shift lead’s or an engineer’s PIN takes a node in', async () => {
  const tap_id = await aFreeTap();
  const { pairing_id, code } = await waiting();
  for (const approver of [null, { ...bar.actor }])
    expect(
      (
        await refusalOf(
          confirmPairing(bar.deps, lead, confirming({ pairing_id, code, tap_ids: [tap_id], approver })),
        )
      ).code,
    ).toBe('approval.needed');
  const engineer = await anOperator(bar, { role: 'engineer' });
  const confirmed = confirming({ pairing_id, code, tap_ids: [tap_id], approver: { ...engineer } });
  expect(await confirmPairing(bar.deps, bar.actor, confirmed)).toMatchObject({
    node_id: expect.any(Number) as number,
  });
});

it('a request is over after five minutes, at the till and at the tap', async () => {
  const tap_id = await aFreeTap();
  const { pairing_id, code } = await waiting();
  bar.clock.advance(PAIRING_MS - 1);
  expect(await pairingList(bar.deps)).toHaveLength(1);
  expect(await poll(pairing_id)).toEqual({ state: 'waiting', expires_in_ms: 1 });
  bar.clock.advance(1);
  expect(await pairingList(bar.deps)).toEqual([]);
  expect(await poll(pairing_id)).toEqual({ state: 'over' });
  const late = confirming({ pairing_id, code, tap_ids: [tap_id] });
  expect((await refusalOf(confirmPairing(bar.deps, bar.actor, late))).code).toBe('pairing.not_found');
});

it('only so many wait at once, of one address and of all; refusing one or five minutes make room', async () => {
  const full = async (address: string) => (await refusalOf(ask(await aNode(address)))).code;
  const one = await waiting(await aNode('10.0.0.1'));
  await ask(await aNode('10.0.0.1'));
  await ask(await aNode('10.0.0.1'));
  expect(await full('10.0.0.1')).toBe('pairing.full');
  for (const last of [2, 2, 2, 3, 3]) await ask(await aNode(`10.0.0.${last}`));
  expect(await full('10.0.0.9')).toBe('pairing.full');
  expect(await audited('node.pairing_refused')).toBe(2);
  const refusing = { request_id: randomUUID(), pairing_id: one.pairing_id, reason: 'не наш кран' };
  const done = await refusePairing(bar.deps, bar.actor, refusing);
  expect(await refusePairing(bar.deps, bar.actor, refusing)).toEqual(done);
  expect(await poll(one.pairing_id)).toEqual({ state: 'over' });
  await ask(await aNode('10.0.0.9'));
  bar.clock.advance(PAIRING_MS);
  await ask(await aNode('10.0.0.1'));
});

it('a key that belongs or belonged to a node, and a request that is none, are refused and audited', async () => {
  const tap_id = await aFreeTap();
  const { pairing_id, code, node } = await waiting();
  const again = await waiting(node);
  await confirmPairing(bar.deps, bar.actor, confirming({ pairing_id, code, tap_ids: [tap_id] }));
  expect(await refusalOf(ask(node))).toMatchObject({ params: { problem: 'key_used_before' } });
  const twice = confirming({
    pairing_id: again.pairing_id,
    code: again.code,
    tap_ids: [await aFreeTap()],
  });
  expect(await refusalOf(confirmPairing(bar.deps, bar.actor, twice))).toMatchObject({
    params: { problem: 'key_used_before' },
  });
  const bad = { ...(await aNode('10.0.0.3')), key: { key: '', csr: 'no request' } };
  expect(await refusalOf(ask(bad))).toMatchObject({
    code: 'enrolment.bad_request',
    params: { problem: 'csr' },
  });
  expect(await audited('node.pairing_refused')).toBe(2);
});

it('of two who confirm at once one does; a tap that has a node gets no second one', async () => {
  const tap_id = await aFreeTap();
  const { pairing_id, code } = await waiting();
  const { won, codes } = await race(4, () =>
    confirmPairing(bar.deps, bar.actor, confirming({ pairing_id, code, tap_ids: [tap_id] })),
  );
  expect(won).toHaveLength(1);
  expect(new Set(codes)).toEqual(new Set(['pairing.not_found']));
  const other = await waiting(await aNode('10.0.0.2'));
  const taken = confirming({ pairing_id: other.pairing_id, code: other.code, tap_ids: [tap_id] });
  expect((await refusalOf(confirmPairing(bar.deps, bar.actor, taken))).code).toBe('tap.has_node');
  expect(await pairingList(bar.deps)).toHaveLength(1);
});
