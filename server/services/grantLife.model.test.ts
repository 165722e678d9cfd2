import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DomainError } from '#domain/errors';
import type { GrantWire, PourReport } from '#domain/protocol/node';
import { query, queryOne } from '../db/query.ts';
import { aBar, aCard, anOpenShift, aTap, aVisit, countRows } from '../testing/builders.ts';
import type { Bar, BuiltTap, BuiltVisit } from '../testing/builders.ts';
import { minor } from '#domain/quantity/money';
import { ALL_HEARD, aReport, asking, BOOT, cashInDrawer, JOURNAL } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { cancelAttempt } from './cancelAttempt.ts';
import { closeShift } from './closeShift.ts';
import { closeVisit } from './closeVisit.ts';
import { endLease } from './endLease.ts';
import { forceUnlock } from './forceUnlock.ts';
import { helloNode } from './helloNode.ts';
import { issueCard } from './issueCard.ts';
import { reconcilePour } from './reconcilePour.ts';
import { refund } from './refund.ts';
import { replaceCard } from './replaceCard.ts';
import { reportCardLost } from './reportCardLost.ts';
import { settleReport } from './settleReport.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

/*
 * One guest, three taps, and everything that nodes, cashiers and the network may do, in any order. After each step the books
 * agree and no reserve is spent; at the end there is a way to closed (invariant 9).
 */
type World = {
  bar: Bar;
  visit: BuiltVisit;
  uid: string;
  taps: BuiltTap[];
  grants: { grant: GrantWire; tap: BuiltTap; sent: PourReport[] }[];
};
type Step = { what: keyof typeof STEPS; pick: number; ml: number };
type Do = (world: World, step: Step) => Promise<unknown>;

const at = <T>(items: readonly T[], pick: number): T | undefined => items[pick % Math.max(1, items.length)];
const onGrant =
  (act: (world: World, of: World['grants'][number], step: Step) => Promise<unknown>): Do =>
  async (world, step) => {
    const of = at(world.grants, step.pick);
    return of && act(world, of, step);
  };
const lead = ({ bar }: World) => ({ ...bar.actor, role: 'shift_lead' as const });
const key = ({ visit }: World) => ({ request_id: randomUUID(), visit_id: visit.visit_id });
const versioned = async (world: World) => {
  const { version } = await queryOne<{ version: number }>(
    world.bar.sequelize,
    'SELECT version FROM visits WHERE id = $1',
    [world.visit.visit_id],
  );
  return { ...key(world), expected_version: version };
};
const send = (world: World, of: World['grants'][number], report: PourReport) => {
  of.sent.push(report);
  return settleReport(world.bar.deps, { node_id: of.tap.node_id }, report);
};
const byHand = (world: World, { grant }: World['grants'][number], ml: number) =>
  reconcilePour(world.bar.deps, lead(world), {
    ...key(world),
    grant_id: grant.grant_id,
    ml,
    short_id: grant.short_id,
    reason: 'Silent',
    approver: null,
  });

const STEPS = {
  authorise: async (world, { pick }) => {
    const tap = at(world.taps, pick)!;
    const input = asking({ visit: { ...world.visit, uid: world.uid }, tap });
    const answer = await authorisePour(world.bar.deps, { node_id: tap.node_id }, input);
    if (answer.outcome === 'granted') world.grants.push({ grant: answer.grant, tap, sent: [] });
  },
  cancel: onGrant((world, { grant, tap }) =>
    cancelAttempt(
      world.bar.deps,
      { node_id: tap.node_id },
      { client_tx_id: grant.client_tx_id, tap_id: tap.tap_id, boot_id: BOOT },
    ),
  ),
  settle: onGrant((world, of, { ml }) =>
    send(world, of, of.sent[0] ?? aReport(of.grant, { metered_ml: ml })),
  ),
  settleOverLimit: onGrant((world, of) =>
    send(
      world,
      of,
      of.sent[0] ?? aReport(of.grant, { metered_ml: of.grant.limit_ml + 40, end_reason: 'limit' }),
    ),
  ),
  settleOtherFacts: onGrant((world, of, { ml }) =>
    send(world, of, aReport(of.grant, { metered_ml: ml + 1, end_reason: 'power_loss' })),
  ),
  endLease: onGrant((world, { grant }) => endLease(world.bar.deps, grant.grant_id)),
  forceUnlock: async (world) =>
    forceUnlock(world.bar.deps, world.bar.actor, { ...(await versioned(world)), reason: 'Stuck' }, 0),
  reconcile: onGrant((world, of, { ml }) => byHand(world, of, Math.min(ml, of.grant.limit_ml))),
  reportLost: (world) => reportCardLost(world.bar.deps, world.bar.actor, { ...key(world), reason: 'Lost' }),
  replace: async (world) => {
    const { uid } = await aCard(world.bar);
    await replaceCard(world.bar.deps, world.bar.actor, { ...(await versioned(world)), card_uid: uid });
    world.uid = uid;
  },
  issue: async (world) => {
    const { uid } = await aCard(world.bar);
    await issueCard(world.bar.deps, world.bar.actor, { ...(await versioned(world)), card_uid: uid });
    world.uid = uid;
  },
  topUp: (world, { ml }) =>
    topUp(world.bar.deps, world.bar.actor, { ...key(world), amount_minor: 10 * ml + 1, method: 'cash' }),
  refund: async (world, { ml }) =>
    refund(world.bar.deps, lead(world), {
      ...(await versioned(world)),
      amount_minor: 20 * ml + 1,
      method: 'cash',
      reason: 'Wants it',
    }),
  disown: async (world, { pick }) => {
    const tap = at(world.taps, pick)!;
    const journalled = world.grants
      .filter(({ sent }) => sent.length > 0)
      .map(({ grant }) => grant.client_tx_id);
    const taps = [{ tap_id: tap.tap_id, seq_high: 1, meter_total_ml: 0 }];
    const hello = {
      protocol_version: 1,
      software: '',
      boot_id: `boot-${randomUUID()}`,
      journal_id: JOURNAL,
      journalled,
      taps,
    };
    await helloNode(world.bar.deps, { node_id: tap.node_id }, hello);
  },
} satisfies Record<string, Do>;

const aStep = fc.record<Step>({
  what: fc.constantFrom(
    ...(Object.keys(STEPS) as Step['what'][]),
    'authorise',
    'authorise',
    'settle',
    'endLease',
    'reconcile',
  ),
  pick: fc.nat(5),
  ml: fc.nat(900),
});

/** What is refused with a reason is no fault; anything else is. */
async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

async function aWorld(): Promise<World> {
  await db.truncate();
  const bar = await aBar(db);
  await anOpenShift(bar, { float_minor: 1_000_000 });
  await query(
    db.owner,
    `UPDATE settings SET value = value || '{"max_pour_ml": 700, "daily_limit_ml": 9000}' WHERE key = 'pour'`,
  );
  const visit = await aVisit(bar, { balance: minor(60_000), name: 'Анна' });
  return {
    bar,
    visit,
    uid: visit.uid,
    taps: [await aTap(bar), await aTap(bar), await aTap(bar)],
    grants: [],
  };
}

async function soundAfter(world: World, step: string): Promise<void> {
  expect((await verifyBooks(world.bar.deps)).broken, step).toEqual([]);
  const money = await queryOne<{ balance: number; reserved: number; flowed: number; left_kegs: number }>(
    world.bar.sequelize,
    `SELECT (SELECT balance_minor FROM guest_accounts WHERE guest_id = $1) AS balance,
       (SELECT coalesce(sum(limit_minor), 0)::bigint FROM grants WHERE state IN ('open', 'orphaned')) AS reserved,
       (SELECT coalesce(sum(start_ml - remaining_ml), 0)::bigint FROM kegs) AS left_kegs,
       (SELECT coalesce(sum(coalesce((SELECT r.metered_ml FROM pour_reports r WHERE r.grant_id = g.id AND r.verdict <> 'quarantined'),
           (SELECT p.billed_ml FROM pours p WHERE p.grant_id = g.id), 0)), 0)::bigint FROM grants g) AS flowed`,
    [world.visit.guest_id],
  );
  expect(money.balance, `${step}: what is reserved is there`).toBeGreaterThanOrEqual(money.reserved);
  expect(money.left_kegs, `${step}: a report moves its keg once, the hand until it comes`).toBe(money.flowed);
}

/** Invariant 9: whatever happened, leases end, every grant is entered, the visit and the shift close. */
async function canClose(world: World): Promise<void> {
  for (const of of world.grants) {
    await endLease(world.bar.deps, of.grant.grant_id);
    await attempt(() => byHand(world, of, 0));
  }
  const { deps } = world.bar;
  await query(db.owner, 'UPDATE guests SET name = $1', ['Анна']);
  const end = { reason: 'Goes', card_returned: false, remainder: 'keep', method: 'cash' } as const;
  await closeVisit(deps, lead(world), { ...(await versioned(world)), ...end });
  const closed = await closeShift({ ...deps, live: ALL_HEARD }, lead(world), {
    request_id: randomUUID(),
    counted_cash_minor: await cashInDrawer(world.bar),
  });
  expect(closed.z_number).toBe(1);
  const entries = await countRows(world.bar, 'ledger_entries');
  for (const of of world.grants) {
    await settleReport(
      deps,
      { node_id: of.tap.node_id },
      of.sent[0] ?? aReport(of.grant, { metered_ml: 123 }),
    );
    await soundAfter(world, 'a late report after the close');
  }
  expect(await countRows(world.bar, 'ledger_entries'), 'no money moves after the Z').toBe(entries);
}

it('whatever nodes, cashiers and the network do, the books agree, no reserve is spent, and the bar can close', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 4, maxLength: 14 }), async (steps) => {
      const world = await aWorld();
      for (const step of steps) {
        await attempt(() => STEPS[step.what](world, step));
        await soundAfter(world, step.what);
      }
      await canClose(world);
    }),
    { numRuns: 20, seed: 20261124, endOnFailure: false },
  );
});
