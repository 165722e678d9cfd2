import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '#domain/errors';
import type { AuthoriseInput, GrantWire, NodeCommand } from '#domain/protocol/node';
import { queryOne } from '../db/query.ts';
import { aBar, aCard } from '../testing/builders.ts';
import {
  ALL_HEARD,
  aPourGranted,
  aReport,
  aScene,
  asking,
  aStrayReport,
  bookRows,
  cashInDrawer,
  look,
} from '../testing/pours.ts';
import type { Scene, Snapshot } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { cancelAttempt } from './cancelAttempt.ts';
import { closeShift } from './closeShift.ts';
import { closeVisit } from './closeVisit.ts';
import { endLease } from './endLease.ts';
import { forceUnlock } from './forceUnlock.ts';
import { helloNode } from './helloNode.ts';
import { reconcilePour } from './reconcilePour.ts';
import { refund } from './refund.ts';
import { replaceCard } from './replaceCard.ts';
import { reportCardLost } from './reportCardLost.ts';
import { settleReport } from './settleReport.ts';
import { verifyBooks } from './verifyBooks.ts';

/*
 * 10-grants, «states, events, effects»: a case for every cell. The guest has 1,000.00, the beer costs 300.00 a litre, the
 * keg holds 30 l, the limit is 2000 ml (600.00); a pour is 500 ml (150.00), a manual entry 300 ml (90.00).
 */
type State =
  | 'unknown'
  | 'open'
  | 'open, lease over'
  | 'orphaned'
  | 'orphaned, lease over'
  | 'settled'
  | 'released'
  | 'manual'
  | 'manual 0';
type Case = { scene: Scene; grant: GrantWire; input: AuthoriseInput; pushed: NodeCommand[] };

const FREE = {
  locked: false,
  pour: 'none',
  billed_ml: null,
  metered_ml: null,
  balance_minor: 100_000,
  owed_minor: 0,
  reserved_minor: 0,
  keg_ml: 30_000,
  tap: 'selling',
  reviews: [],
  verdicts: [],
};
const PENDING = { pour: 'pending_sync', tap: 'processing_sync' };
const SETTLED = {
  grant: 'settled',
  locked: false,
  pour: 'synced',
  billed_ml: 500,
  metered_ml: 500,
  balance_minor: 85_000,
  reserved_minor: 0,
  keg_ml: 29_500,
  tap: 'selling',
  verdicts: ['accepted'],
};
const RELEASED = { grant: 'released', locked: false, reserved_minor: 0, tap: 'selling' };
const MANUAL = {
  grant: 'manual, lease over',
  locked: false,
  pour: 'reconciled',
  billed_ml: 300,
  balance_minor: 91_000,
  reserved_minor: 0,
  keg_ml: 29_700,
  tap: 'selling',
};

/** What stands before the event. */
const BEFORE: Record<State, Snapshot> = {
  unknown: { ...FREE, grant: 'unknown' },
  open: { ...FREE, grant: 'open', locked: true, reserved_minor: 60_000 },
  'open, lease over': {
    ...FREE,
    ...PENDING,
    grant: 'open, lease over',
    locked: true,
    reserved_minor: 60_000,
  },
  orphaned: { ...FREE, ...PENDING, grant: 'orphaned', reserved_minor: 60_000 },
  'orphaned, lease over': { ...FREE, ...PENDING, grant: 'orphaned, lease over', reserved_minor: 60_000 },
  settled: { ...FREE, ...SETTLED },
  released: { ...FREE, ...RELEASED },
  manual: { ...FREE, ...MANUAL },
  'manual 0': { ...FREE, ...MANUAL, billed_ml: 0, balance_minor: 100_000, keg_ml: 30_000 },
};

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => db.truncate());
afterAll(() => db.drop());

async function reach(state: State): Promise<Case> {
  const pushed: NodeCommand[] = [];
  const bar = await aBar(db, { push: (_, command) => void pushed.push(command) });
  const scene = await aScene(bar);
  if (state === 'unknown') {
    const input = asking(scene);
    const stray = { ...aStrayReport(scene), client_tx_id: input.client_tx_id };
    return { scene, input, grant: stray as unknown as GrantWire, pushed };
  }
  const at = { scene, pushed, ...(await aPourGranted(scene)) };
  if (state.startsWith('orphaned')) await EVENTS['force unlock'].run({ ...at });
  if (state.includes('lease over') || state.startsWith('manual')) await endLease(bar.deps, at.grant.grant_id);
  if (state === 'settled') await settleReport(bar.deps, scene.node, aReport(at.grant));
  if (state === 'released') await cancelAttempt(bar.deps, scene.node, cancelling(at));
  if (state.startsWith('manual')) await reconcile(at, state === 'manual' ? 300 : 0);
  pushed.length = 0;
  return at;
}

const cancelling = ({ input }: Case) => ({
  client_tx_id: input.client_tx_id,
  tap_id: input.tap_id,
  boot_id: input.boot_id,
});
const versionOf = async ({ scene }: Case) =>
  (
    await queryOne<{ version: number }>(scene.bar.sequelize, 'SELECT version FROM visits WHERE id = $1', [
      scene.visit.visit_id,
    ])
  ).version;
const onVisit = async (at: Case) => ({
  visit_id: at.scene.visit.visit_id,
  expected_version: await versionOf(at),
});

/** Requests keep their key in a case, so that the second delivery is the same request. */
const keys = new WeakMap<Case, string>();
const keyOf = (at: Case) => keys.get(at) ?? (keys.set(at, randomUUID()), keys.get(at) ?? '');

function reconcile(at: Case, ml: number, request_id: string = randomUUID()) {
  const { bar, visit } = at.scene;
  const { grant_id, short_id } = at.grant;
  return reconcilePour(bar.deps, bar.actor, {
    request_id,
    visit_id: visit.visit_id,
    grant_id,
    ml,
    short_id,
    reason: 'The tap is silent',
    approver: null,
  });
}

const settle = async (at: Case, change: Parameters<typeof aReport>[1] = {}) =>
  (await settleReport(at.scene.bar.deps, at.scene.node, aReport(at.grant, change))).verdict;
const authorise = async (at: Case, change: Partial<AuthoriseInput> = {}) => {
  const answer = await authorisePour(at.scene.bar.deps, at.scene.node, { ...at.input, ...change });
  return answer.outcome === 'granted'
    ? `granted ${answer.grant.grant_id === at.grant.grant_id ? 'the same' : 'anew'}`
    : answer.refusal.code;
};
/** An operator's command as the screen sends it: its version is read once and stays. */
const asOperator =
  (
    send: (
      at: Case,
      command: { request_id: string; visit_id: number; expected_version: number },
    ) => Promise<unknown>,
  ) =>
  async (at: Case) => {
    const command = { request_id: keyOf(at), ...(versions.get(at) ?? (await onVisit(at))) };
    versions.set(at, command);
    await send(at, command);
    return 'done';
  };
const versions = new WeakMap<Case, { visit_id: number; expected_version: number }>();

type Cell = { answer: string; after?: Partial<Snapshot>; pushed?: number };
type Event = { run: (at: Case) => Promise<string>; cells: Partial<Record<State, Cell>> };
const same = (answer: string, states: readonly State[]): Partial<Record<State, Cell>> =>
  Object.fromEntries(states.map((state) => [state, { answer }]));
const UNSETTLED: State[] = ['open', 'open, lease over', 'orphaned', 'orphaned, lease over'];
const TERMINAL: State[] = ['settled', 'released', 'manual', 'manual 0'];

const settledFrom = (state: State): Cell => ({
  answer: 'accepted',
  after: { ...SETTLED, grant: state.includes('lease over') ? 'settled, lease over' : 'settled' },
});
const releasedFrom = (state: State, answer: string, verdicts: string[] = []): Cell => ({
  answer,
  after: {
    ...RELEASED,
    grant: state.includes('lease over') ? 'released, lease over' : 'released',
    pour: BEFORE[state].pour === 'pending_sync' ? 'void' : 'none',
    verdicts,
  },
});
const unsettled = (cell: (state: State) => Cell) =>
  Object.fromEntries(UNSETTLED.map((state) => [state, cell(state)]));
const quarantined = (reason: string, after: Partial<Snapshot> = {}): Cell => ({
  answer: 'quarantined',
  after: { reviews: [reason], verdicts: ['quarantined'], ...after },
});

const EVENTS: Record<string, Event> & { 'force unlock': Event } = {
  'authorise, same body': {
    run: (at) => authorise(at),
    cells: {
      unknown: { answer: 'granted anew', after: { grant: 'open', locked: true, reserved_minor: 60_000 } },
      open: { answer: 'granted the same' },
      ...same('grant_over', ['open, lease over', 'orphaned', 'orphaned, lease over', ...TERMINAL]),
    },
  },
  'authorise, other body': {
    run: async (at) => authorise(at, { card_uid: (await aCard(at.scene.bar)).uid }),
    cells: same('request.conflict', [...UNSETTLED, ...TERMINAL]),
  },
  cancel: {
    run: async (at) => (await cancelAttempt(at.scene.bar.deps, at.scene.node, cancelling(at))).outcome,
    cells: {
      unknown: { answer: 'burnt', after: { grant: 'burnt' } },
      ...unsettled((state) => releasedFrom(state, 'released')),
      ...same('no_change', ['settled', 'manual', 'manual 0']),
      released: { answer: 'released' },
    },
  },
  'hello disowns': {
    run: async (at) => {
      const { bar, node, tap } = at.scene;
      const hello = {
        protocol_version: 1,
        software: 'tap 1',
        journal_id: 'journal-0000-0001',
        journalled: [],
        taps: [{ tap_id: tap.tap_id, seq_high: 3, meter_total_ml: 900 }],
      };
      // The boot that asked, then the one that disowns.
      await helloNode(bar.deps, node, { ...hello, boot_id: at.input.boot_id });
      const answer = await helloNode(bar.deps, node, { ...hello, boot_id: 'boot-0000-0002' });
      return `${answer.unsettled.length} unsettled`;
    },
    cells: {
      unknown: { answer: '0 unsettled' },
      ...unsettled((state) => releasedFrom(state, '0 unsettled')),
      ...same('0 unsettled', TERMINAL),
    },
  },
  'settle, 0 ml': {
    run: (at) => settle(at, { metered_ml: 0 }),
    cells: {
      unknown: quarantined('unknown_grant', { grant: 'burnt' }),
      ...unsettled((state) => releasedFrom(state, 'accepted', ['accepted'])),
      // The report that settled it had other facts: the row below «known tx, other body».
      settled: quarantined('other_facts', { verdicts: ['accepted', 'quarantined'] }),
      released: { answer: 'accepted', after: { verdicts: ['accepted'] } },
      'manual 0': { answer: 'late_sync_matched', after: { metered_ml: 0, verdicts: ['late_sync_matched'] } },
      manual: {
        answer: 'late_sync_mismatch',
        after: {
          metered_ml: 0,
          keg_ml: 30_000,
          reviews: ['late_sync_mismatch'],
          verdicts: ['late_sync_mismatch'],
        },
      },
    },
  },
  'settle, ml > 0': {
    run: (at) => settle(at),
    cells: {
      unknown: quarantined('unknown_grant', { grant: 'burnt', keg_ml: 29_500 }),
      ...unsettled(settledFrom),
      settled: { answer: 'duplicate' },
      released: {
        answer: 'accepted',
        after: { keg_ml: 29_500, reviews: ['unbilled_pour'], verdicts: ['accepted'] },
      },
      manual: {
        answer: 'late_sync_mismatch',
        after: {
          metered_ml: 500,
          keg_ml: 29_500,
          reviews: ['late_sync_mismatch'],
          verdicts: ['late_sync_mismatch'],
        },
      },
      'manual 0': {
        answer: 'late_sync_mismatch',
        after: {
          metered_ml: 500,
          keg_ml: 29_500,
          reviews: ['late_sync_mismatch'],
          verdicts: ['late_sync_mismatch'],
        },
      },
    },
  },
  'settle, the same ml as by hand': {
    run: (at) => settle(at, { metered_ml: 300 }),
    cells: {
      manual: { answer: 'late_sync_matched', after: { metered_ml: 300, verdicts: ['late_sync_matched'] } },
    },
  },
  'settle again, same body': {
    run: async (at) =>
      `${await settle(at)} then ${await settle(at, { age_ms: 90_000, attempt: 7, offline: true })}`,
    cells: {
      unknown: {
        ...quarantined('unknown_grant', { grant: 'burnt', keg_ml: 29_500 }),
        answer: 'quarantined then quarantined',
      },
      ...unsettled((state) => ({ ...settledFrom(state), answer: 'accepted then duplicate' })),
      settled: { answer: 'duplicate then duplicate' },
      released: {
        answer: 'accepted then duplicate',
        after: { keg_ml: 29_500, reviews: ['unbilled_pour'], verdicts: ['accepted'] },
      },
      manual: {
        answer: 'late_sync_mismatch then duplicate',
        after: {
          metered_ml: 500,
          keg_ml: 29_500,
          reviews: ['late_sync_mismatch'],
          verdicts: ['late_sync_mismatch'],
        },
      },
    },
  },
  'settle, known tx, other body': {
    run: async (at) =>
      `${await settle(at)} then ${await settle(at, { metered_ml: 640, end_reason: 'power_loss' })}`,
    cells: {
      ...unsettled((state) => ({
        answer: 'accepted then quarantined',
        after: {
          ...settledFrom(state).after,
          reviews: ['other_facts'],
          verdicts: ['accepted', 'quarantined'],
        },
      })),
      settled: {
        answer: 'duplicate then quarantined',
        after: { reviews: ['other_facts'], verdicts: ['accepted', 'quarantined'] },
      },
      released: {
        answer: 'accepted then quarantined',
        after: {
          keg_ml: 29_500,
          reviews: ['unbilled_pour', 'other_facts'],
          verdicts: ['accepted', 'quarantined'],
        },
      },
      manual: {
        answer: 'late_sync_mismatch then quarantined',
        after: {
          metered_ml: 500,
          keg_ml: 29_500,
          reviews: ['late_sync_mismatch', 'other_facts'],
          verdicts: ['late_sync_mismatch', 'quarantined'],
        },
      },
    },
  },
  'lease ends': {
    run: async (at) => String((await endLease(at.scene.bar.deps, at.grant.grant_id)).ended),
    cells: {
      unknown: { answer: 'false' },
      open: { answer: 'true', after: { ...PENDING, grant: 'open, lease over' } },
      orphaned: { answer: 'true', after: { grant: 'orphaned, lease over' } },
      ...same('false', ['open, lease over', 'orphaned, lease over', ...TERMINAL]),
    },
  },
  'force unlock': {
    run: asOperator(({ scene }, command) =>
      forceUnlock(scene.bar.deps, scene.bar.actor, { ...command, reason: 'The guest waits' }, 0),
    ),
    cells: {
      open: { answer: 'done', after: { ...PENDING, grant: 'orphaned', locked: false }, pushed: 1 },
      'open, lease over': {
        answer: 'done',
        after: { grant: 'orphaned, lease over', locked: false },
        pushed: 1,
      },
      ...same('visit.not_locked', ['unknown', 'orphaned', 'orphaned, lease over', ...TERMINAL]),
    },
  },
  'manual reconcile, 300 ml': {
    run: async (at) => (await reconcile(at, 300, keyOf(at)), 'done'),
    cells: {
      unknown: { answer: 'grant.not_found' },
      ...same('grant.pour_may_run', ['open', 'orphaned']),
      ...Object.fromEntries(
        (['open, lease over', 'orphaned, lease over'] as State[]).map((state) => [
          state,
          { answer: 'done', after: MANUAL },
        ]),
      ),
      ...same('grant.ended', ['settled', 'released']),
      manual: { answer: 'done' },
      'manual 0': { answer: 'request.conflict' },
    },
  },
  'manual reconcile, 0 ml': {
    run: async (at) => (await reconcile(at, 0, keyOf(at)), 'done'),
    cells: {
      'open, lease over': {
        answer: 'done',
        after: { ...MANUAL, billed_ml: 0, balance_minor: 100_000, keg_ml: 30_000 },
      },
      manual: { answer: 'request.conflict' },
      'manual 0': { answer: 'done' },
    },
  },
  'card lost': {
    run: asOperator(({ scene }, { request_id, visit_id }) =>
      reportCardLost(scene.bar.deps, scene.bar.actor, {
        request_id,
        visit_id,
        reason: 'Fell into the river',
      }),
    ),
    cells: {
      ...same('done', ['unknown', 'open, lease over', 'orphaned, lease over', ...TERMINAL]),
      open: { answer: 'done', pushed: 1 },
      orphaned: { answer: 'done', pushed: 1 },
    },
  },
  'card replaced': {
    run: asOperator(async (at, command) => {
      replacements.set(at, replacements.get(at) ?? (await aCard(at.scene.bar)).uid);
      return replaceCard(at.scene.bar.deps, at.scene.bar.actor, {
        ...command,
        card_uid: replacements.get(at) ?? '',
      });
    }),
    cells: {
      ...same('done', ['unknown', 'open, lease over', 'orphaned, lease over', ...TERMINAL]),
      open: { answer: 'done', pushed: 1 },
      orphaned: { answer: 'done', pushed: 1 },
    },
  },
  'refund of more than the free balance': {
    run: asOperator(({ scene }, command) =>
      refund(scene.bar.deps, LEAD(scene), {
        ...command,
        amount_minor: 40_001,
        method: 'cash',
        reason: 'Goes home',
      }),
    ),
    cells: {
      ...same('money.above_free_balance', UNSETTLED),
      ...Object.fromEntries(
        (['unknown', ...TERMINAL] as State[]).map((state) => [
          state,
          { answer: 'done', after: { balance_minor: BEFORE[state].balance_minor - 40_001 } },
        ]),
      ),
    },
  },
  'refund of the free balance': {
    run: asOperator(({ scene }, command) =>
      refund(scene.bar.deps, LEAD(scene), {
        ...command,
        amount_minor: 40_000,
        method: 'cash',
        reason: 'Goes home',
      }),
    ),
    cells: Object.fromEntries(
      UNSETTLED.map((state) => [state, { answer: 'done', after: { balance_minor: 60_000 } }]),
    ),
  },
  'close visit': {
    run: asOperator(({ scene }, command) =>
      closeVisit(scene.bar.deps, LEAD(scene), {
        ...command,
        reason: 'Goes home',
        card_returned: true,
        remainder: 'refund',
        method: 'cash',
      }),
    ),
    cells: {
      ...same('visit.has_unsettled_grant', UNSETTLED),
      ...Object.fromEntries(
        (['unknown', ...TERMINAL] as State[]).map((state) => [
          state,
          { answer: 'done', after: { balance_minor: 0 } },
        ]),
      ),
    },
  },
  'close shift': {
    run: asOperator(({ scene }, { request_id }) =>
      closeShift(scene.bar.deps, LEAD(scene), { request_id, counted_cash_minor: 0 }),
    ),
    cells: same('shift.precheck_failed', [...UNSETTLED, ...TERMINAL]),
  },
};
const replacements = new WeakMap<Case, string>();
const LEAD = ({ bar }: Scene) => ({ ...bar.actor, role: 'shift_lead' as const });

async function answerOf(run: () => Promise<string>): Promise<string> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

describe.each(Object.entries(EVENTS))('%s', (_, event) => {
  it.each(Object.entries(event.cells) as [State, Cell][])('on a grant that is «%s»', async (state, cell) => {
    const at = await reach(state);
    expect(await look(at.scene, at.input.client_tx_id)).toEqual(BEFORE[state]);

    expect(await answerOf(() => event.run(at))).toBe(cell.answer);
    const expected = { ...BEFORE[state], ...cell.after };
    expect(await look(at.scene, at.input.client_tx_id)).toEqual(expected);
    expect(at.pushed).toHaveLength(cell.pushed ?? 0);
    expect((await verifyBooks(at.scene.bar.deps)).broken).toEqual([]);

    const rows = await bookRows(at.scene.bar);
    await answerOf(() => event.run(at));
    expect(await look(at.scene, at.input.client_tx_id)).toEqual(expected);
    expect(await bookRows(at.scene.bar)).toEqual({ ...rows, cards: expect.any(Number) as number });
    expect((await verifyBooks(at.scene.bar.deps)).broken).toEqual([]);
  });
});

it('the visit and the shift close once every grant has ended', async () => {
  const at = await reach('settled');
  expect(await answerOf(() => EVENTS['close visit']!.run(at))).toBe('done');
  const { bar } = at.scene;
  const closed = await closeShift({ ...bar.deps, live: ALL_HEARD }, LEAD(at.scene), {
    request_id: randomUUID(),
    counted_cash_minor: await cashInDrawer(bar),
  });
  expect(closed.z_number).toBe(1);
  expect((await verifyBooks(bar.deps)).broken).toEqual([]);
});
