import { randomUUID } from 'node:crypto';
import { DomainError } from '#domain/errors';
import type { AuthoriseInput, PourReport } from '#domain/protocol/node';
import { authorisePour } from '../../services/authorisePour.ts';
import { cancelAttempt } from '../../services/cancelAttempt.ts';
import { endLease } from '../../services/endLease.ts';
import { helloNode } from '../../services/helloNode.ts';
import { settleReport } from '../../services/settleReport.ts';
import { aReport, asking, BOOT, JOURNAL } from '../pours.ts';
import { arrive, issueTo, openUp, silent, unlock } from './tillSteps.ts';
import { count, guestOf, recent } from './world.ts';
import type { Attempt, Choice, Do, Guest, World } from './world.ts';

const granted = ({ attempts }: World) => attempts.filter(({ grant }) => grant !== null);
const inState = (world: World, ...states: string[]) =>
  world.attempts.filter(({ state }) => state !== null && states.includes(state));
export const unsettled = (world: World): Attempt[] => inState(world, 'open', 'orphaned');
const bodyOf = ({ tap_id, card_uid, boot_id }: AuthoriseInput) =>
  JSON.stringify({ tap_id, card_uid, boot_id });
const nodeOf = ({ tap }: Attempt) => ({ node_id: tap.node_id });

async function present(world: World, attempt: Attempt, input: AuthoriseInput): Promise<string> {
  const said = { body: bodyOf(input), card_was_lost: world.lost_uids.has(input.card_uid) };
  try {
    const answer = await authorisePour(world.bar.deps, nodeOf(attempt), input);
    if (answer.outcome === 'granted') {
      attempt.grant ??= answer.grant;
      attempt.answers.push({ ...said, outcome: 'granted', grant_id: answer.grant.grant_id });
      return 'accepted';
    }
    attempt.answers.push({ ...said, outcome: answer.refusal.code, grant_id: null });
    return answer.refusal.code;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'request.conflict') throw error;
    attempt.answers.push({ ...said, outcome: 'conflict', grant_id: null });
    return 'conflict';
  }
}

async function send(world: World, attempt: Attempt, report: PourReport): Promise<string> {
  const { verdict } = await settleReport(world.bar.deps, nodeOf(attempt), report);
  const { metered_ml, end_reason } = report;
  attempt.reports.push({ facts: JSON.stringify({ metered_ml, end_reason }), ml: metered_ml, verdict });
  if (verdict.startsWith('late_sync')) count(world.tally, 'late sync after reconcile');
  return verdict === 'quarantined' ? verdict : 'accepted';
}

/** What the meter says: mostly within the limit; of eight pours one never flowed, and one did not stop in time. */
function metered(attempt: Attempt, ml: number): Partial<PourReport> {
  const limit_ml = attempt.grant?.limit_ml ?? 1;
  if (ml % 8 === 7) return { metered_ml: 0 };
  if (ml % 8 === 6) return { metered_ml: limit_ml + 1 + (ml % 200), end_reason: 'limit' };
  return { metered_ml: 1 + (ml % limit_ml) };
}

/** What `metered` makes the longest overrun of. */
const FAR_OVER_ML = 198;

function factsOf(attempt: Attempt, change: Partial<PourReport>): PourReport | null {
  if (attempt.grant) attempt.facts ??= aReport(attempt.grant, change);
  return attempt.facts;
}

/** What the node's journal holds of it, or a pour that it has measured now. */
export const settleOne = async (world: World, attempt: Attempt | undefined, ml: number): Promise<string> => {
  const report = attempt && factsOf(attempt, metered(attempt, ml));
  return attempt && report ? send(world, attempt, report) : 'nothing';
};

/** A card is laid on a tap: mostly the one that the guest has now. Who is not in the bar comes in first, who lost it gets another. */
const authorise: Do = async (world, { who, tap, pick }) => {
  const guest = guestOf(world, who);
  if (!world.shift_open) return openUp(world);
  if (guest.visit_id === null) return arrive(world, guest);
  const at = world.taps[tap % world.taps.length];
  const uid = recent(guest.uids, pick === 7 ? 1 : 0);
  if (!at || uid === undefined) return 'nothing';
  if (world.lost_uids.has(uid) && pick % 4 === 0) return issueTo(world, guest);
  const attempt: Attempt = {
    input: asking({ visit: { visit_id: 0, guest_id: 0, card_id: 0, uid }, tap: at }),
    tap: at,
    answers: [],
    grant: null,
    given_up: false,
    cancels: [],
    facts: null,
    reports: [],
    state: null,
  };
  world.attempts.push(attempt);
  return present(world, attempt, attempt.input);
};

const running = (world: World, { uids }: Guest) =>
  granted(world).filter(
    ({ state, reports, input }) =>
      (state === null || state === 'open' || state === 'orphaned') &&
      reports.length === 0 &&
      uids.includes(input.card_uid),
  );

/** Their pour is cut off, and they begin another at the next tap. */
async function pourBeside(world: World, guest: Guest, choice: Choice): Promise<void> {
  const visit = await world.bar.models.Visit.findByPk(guest.visit_id ?? guest.last_visit_id);
  await unlock(world, { ...guest, version: visit?.version ?? guest.version }, choice.ml);
  await authorise(world, { ...choice, tap: choice.tap + 1 });
}

export const TAP_STEPS = {
  authorise,
  askAgain: async (world, { pick }) => {
    const attempt = recent(world.attempts, pick);
    return attempt ? present(world, attempt, { ...attempt.input, attempt: 2 }) : 'nothing';
  },
  askOtherwise: async (world, { pick }) => {
    const attempt = recent(world.attempts, pick);
    return attempt ? present(world, attempt, { ...attempt.input, boot_id: 'boot-0000-0009' }) : 'nothing';
  },
  cancel: async (world, { pick }) => {
    const attempt = recent(world.attempts, pick);
    if (!attempt) return 'nothing';
    attempt.given_up = true;
    const { client_tx_id, tap_id } = attempt.input;
    const given_up = { client_tx_id, tap_id, boot_id: BOOT };
    const { outcome } = await cancelAttempt(world.bar.deps, nodeOf(attempt), given_up);
    attempt.cancels.push(outcome);
    return outcome === 'no_change' ? outcome : 'accepted';
  },
  settle: async (world, { pick, ml }) =>
    settleOne(world, recent(unsettled(world), pick) ?? recent(granted(world), pick), ml),
  settleAny: async (world, { pick, ml }) => settleOne(world, recent(granted(world), pick), ml),
  settleOverLimit: async (world, { pick, ml }) =>
    settleOne(world, recent(unsettled(world), pick) ?? recent(granted(world), pick), 6 + 8 * (ml % 100)),
  redeliver: async (world, { pick }) => {
    const attempt = recent(
      world.attempts.filter(({ facts }) => facts !== null),
      pick,
    );
    if (!attempt?.facts) return 'nothing';
    return send(world, attempt, { ...attempt.facts, age_ms: 60_000, offline: true, attempt: 2 });
  },
  otherFacts: async (world, { pick, ml }) => {
    const attempt = recent(granted(world), pick);
    if (!attempt?.grant) return 'nothing';
    const metered_ml = (attempt.facts?.metered_ml ?? ml) + 1;
    return send(world, attempt, aReport(attempt.grant, { metered_ml, end_reason: 'power_loss' }));
  },
  /** A cashier was first. Where none was, one is now; where nobody poured, somebody does. */
  lateSync: async (world, choice) => {
    const { pick, ml } = choice;
    const waiting = inState(world, 'manual').filter(({ reports }) => reports.length === 0);
    const attempt = recent(waiting, pick);
    if (attempt) return settleOne(world, attempt, ml);
    const running = recent(unsettled(world), pick);
    return running ? silent(world, running, ml) : authorise(world, choice);
  },
  orphanSync: async (world, choice) => {
    const attempt = recent(inState(world, 'orphaned'), choice.pick);
    if (attempt) return settleOne(world, attempt, choice.ml);
    const running = recent(inState(world, 'open'), choice.pick);
    const guest = world.guests.find(({ uids }) => running && uids.includes(running.input.card_uid));
    return guest ? unlock(world, guest, choice.ml) : authorise(world, choice);
  },
  /** Of a guest with two unsettled grants one runs over its limit, and must leave what the other reserves (H03). */
  overrun: async (world, { who, tap, pick, ml }) => {
    const guest = guestOf(world, who);
    const at = { who, tap, pick: 0, ml };
    if (running(world, guest).length === 0) await authorise(world, at);
    if (running(world, guest).length === 1) await pourBeside(world, guest, at);
    const [first, second] = running(world, guest);
    if (!first || !second) return 'nothing';
    count(world.tally, 'overrun beside another');
    return settleOne(world, pick % 2 === 0 ? first : second, FAR_OVER_ML);
  },
  endLease: async (world, { pick }) => {
    const attempt = recent(unsettled(world), pick) ?? recent(granted(world), pick);
    if (!attempt?.grant) return 'nothing';
    const { ended } = await endLease(world.bar.deps, attempt.grant.grant_id);
    return ended ? 'accepted' : 'no_change';
  },
  /** The node has started again; its journal holds what it has measured. */
  hello: async (world, { tap }) => {
    const at = world.taps[tap % world.taps.length];
    if (!at) return 'nothing';
    const of_tap = world.attempts.filter((attempt) => attempt.tap === at);
    for (const attempt of of_tap) attempt.given_up ||= attempt.facts === null;
    const journalled = of_tap
      .filter(({ facts, reports }) => facts !== null || reports.length > 0)
      .map(({ input }) => input.client_tx_id);
    await helloNode(
      world.bar.deps,
      { node_id: at.node_id },
      {
        protocol_version: 1,
        software: '',
        boot_id: `boot-${randomUUID()}`,
        journal_id: JOURNAL,
        journalled,
        taps: [{ tap_id: at.tap_id, seq_high: 1, meter_total_ml: 0 }],
      },
    );
    // A card that was laid down meanwhile was asked for under the boot that this ended.
    for (const attempt of world.attempts)
      if (attempt.tap === at && !of_tap.includes(attempt)) attempt.given_up = true;
    return 'accepted';
  },
} satisfies Record<string, Do>;
