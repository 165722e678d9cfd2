import { KEG_FATES } from '#domain/keg/decideTakeOff';
import { changeKeg } from '../../services/changeKeg.ts';
import { closeShift } from '../../services/closeShift.ts';
import { closeVisit } from '../../services/closeVisit.ts';
import { endLease } from '../../services/endLease.ts';
import { forceUnlock } from '../../services/forceUnlock.ts';
import { issueCard } from '../../services/issueCard.ts';
import { openShift } from '../../services/openShift.ts';
import { openVisit } from '../../services/openVisit.ts';
import { reconcilePour } from '../../services/reconcilePour.ts';
import { refund } from '../../services/refund.ts';
import { replaceCard } from '../../services/replaceCard.ts';
import { reportCardLost } from '../../services/reportCardLost.ts';
import { topUp } from '../../services/topUp.ts';
import { ALL_HEARD } from '../pours.ts';
import { aKey, ask, aUid, count, guestOf, recent } from './world.ts';
import type { Attempt, Do, Guest, World } from './world.ts';

const of = ({ last_visit_id, visit_id }: Guest) => ({ ...aKey(), visit_id: visit_id ?? last_visit_id });
const seen = (guest: Guest) => ({ ...of(guest), expected_version: guest.version });
const deps = ({ bar }: World) => bar.deps;
const heard = (world: World) => ({ ...deps(world), live: ALL_HEARD });

export const openUp = (world: World): Promise<string> =>
  ask(world, {
    procedure: 'shift.open',
    input: { ...aKey(), float_minor: 1_000_000 },
    run: (input) => openShift(deps(world), world.lead, input),
    other: { float_minor: 1_000_001 },
  });

/** A guest who was here before comes in again. */
export const arrive = (world: World, { guest_id }: Guest): Promise<string> =>
  ask(world, {
    procedure: 'visit.open',
    input: { ...aKey(), guest_id, guest: null, card_uid: aUid() },
    run: (input) => openVisit(deps(world), world.bar.actor, input),
    other: { card_uid: aUid() },
  });

export const issueTo = (world: World, guest: Guest): Promise<string> =>
  ask(world, {
    procedure: 'visit.issueCard',
    input: { ...seen(guest), card_uid: aUid() },
    run: (input) => issueCard(deps(world), world.bar.actor, input),
    other: { card_uid: aUid() },
  });

/** `ml` odd: the node can be reached and is told to stop first; it has no time to report. */
export const unlock = (world: World, guest: Guest, ml: number): Promise<string> =>
  ask(world, {
    procedure: 'visit.forceUnlock',
    input: { ...seen(guest), reason: 'Stuck' },
    run: (input) => forceUnlock(ml % 2 === 1 ? heard(world) : deps(world), world.bar.actor, input, 0),
    other: { reason: 'Another reason' },
  });

export async function enterByHand(world: World, attempt: Attempt | undefined, ml: number): Promise<string> {
  const { grant } = attempt ?? {};
  const guest = world.guests.find(({ uids }) => attempt && uids.includes(attempt.input.card_uid));
  if (!grant || !guest) return 'nothing';
  const of_grant = { grant_id: grant.grant_id, short_id: grant.short_id };
  const entered = ml % (grant.limit_ml + 1);
  return ask(world, {
    procedure: 'pour.reconcile',
    input: { ...of(guest), ...of_grant, ml: entered, reason: 'Silent', approver: null },
    run: (input) => reconcilePour(deps(world), world.lead, input),
    other: { ml: entered === 0 ? 1 : entered - 1 },
  });
}

/** A tap that says nothing: its lease ends, and what the guest says is entered. */
export async function silent(world: World, attempt: Attempt | undefined, ml: number): Promise<string> {
  if (!attempt?.grant) return 'nothing';
  await endLease(deps(world), attempt.grant.grant_id);
  return enterByHand(world, attempt, ml);
}

const leave = (world: World, guest: Guest, card_returned: boolean): Promise<string> =>
  ask(world, {
    procedure: 'visit.close',
    input: {
      ...seen(guest),
      reason: 'Goes',
      card_returned,
      remainder: 'keep' as const,
      method: 'cash' as const,
    },
    run: (input) => closeVisit(deps(world), world.lead, input),
    other: { card_returned: !card_returned },
  });

export const shutDown = (world: World): Promise<string> =>
  ask(world, {
    procedure: 'shift.close',
    input: { ...aKey(), counted_cash_minor: world.cash_minor, reason: 'Counted' },
    run: (input) => closeShift(heard(world), world.lead, input),
    other: { counted_cash_minor: world.cash_minor + 1 },
  });

const changeCard = (world: World, guest: Guest): Promise<string> =>
  ask(world, {
    procedure: 'visit.replaceCard',
    input: { ...seen(guest), card_uid: aUid() },
    run: (input) => replaceCard(deps(world), world.bar.actor, input),
    other: { card_uid: aUid() },
  });

const stillOf = (world: World, guest: Guest, ...states: string[]) =>
  world.attempts.filter(
    ({ state, input }) => state !== null && states.includes(state) && guest.uids.includes(input.card_uid),
  );

export const TILL_STEPS = {
  topUp: (world, { who, ml }) =>
    ask(world, {
      procedure: 'visit.topUp',
      input: { ...of(guestOf(world, who)), amount_minor: 20 * ml + 1, method: 'cash' as const },
      run: (input) => topUp(deps(world), world.bar.actor, input),
      other: { amount_minor: 20 * ml + 2 },
    }),
  refund: (world, { who, ml }) =>
    ask(world, {
      procedure: 'visit.refund',
      input: {
        ...seen(guestOf(world, who)),
        amount_minor: 20 * ml + 1,
        method: 'cash' as const,
        reason: 'Wants it',
      },
      run: (input) => refund(deps(world), world.lead, input),
      other: { amount_minor: 20 * ml + 2 },
    }),
  again: async (world, { pick }) => (await recent(world.requests, pick)?.again(false)) ?? 'nothing',
  otherBody: async (world, { pick }) => (await recent(world.requests, pick)?.again(true)) ?? 'nothing',
  forceUnlock: (world, { who, ml }) => {
    const locked = world.guests.find((guest) => stillOf(world, guest, 'open').length > 0);
    return unlock(world, locked ?? guestOf(world, who), ml);
  },
  reconcile: (world, { pick, ml }) => {
    const unsettled = world.attempts.filter(({ state }) => state === 'open' || state === 'orphaned');
    return enterByHand(world, recent(unsettled, pick) ?? recent(world.attempts, pick), ml);
  },
  silent: (world, { pick, ml }) => {
    const unsettled = world.attempts.filter(({ state }) => state === 'open' || state === 'orphaned');
    return silent(world, recent(unsettled, pick), ml);
  },
  reportLost: (world, { who }) =>
    ask(world, {
      procedure: 'visit.reportLost',
      input: { ...of(guestOf(world, who)), reason: 'Lost' },
      run: (input) => reportCardLost(deps(world), world.bar.actor, input),
      other: { reason: 'Stolen' },
    }),
  issue: (world, { who }) => issueTo(world, guestOf(world, who)),
  replace: (world, { who }) => changeCard(world, guestOf(world, who)),
  /** Of a guest who is pouring, if anybody is. */
  replaceInPour: async (world, { who }) => {
    const pouring = world.guests.filter((guest) => stillOf(world, guest, 'open').length > 0);
    const guest = pouring[who % Math.max(1, pouring.length)];
    const outcome = await changeCard(world, guest ?? guestOf(world, who));
    const id = guest ? stillOf(world, guest, 'open').map(({ grant }) => grant?.grant_id ?? '') : [];
    const running = await world.bar.models.Grant.count({ where: { id, state: 'open' } });
    if (outcome === 'accepted' && running > 0) count(world.tally, 'replace during a pour');
    return outcome;
  },
  changeKeg: async (world, { tap, pick, ml }) => {
    const at = world.taps[tap % world.taps.length];
    const stored = world.kegs.filter(({ state }) => state === 'in_store');
    const keg = recent(stored.length > 0 ? stored : world.kegs, pick);
    const fate = KEG_FATES[ml % 4] ?? 'partial';
    if (!at || !keg) return 'nothing';
    return ask(world, {
      procedure: 'keg.change',
      input: { ...aKey(), tap_id: at.tap_id, keg_id: keg.keg_id, fate, reason: 'Change' },
      run: (input) => changeKeg(deps(world), world.lead, input),
      other: { reason: 'Another reason' },
    });
  },
  openVisit: (world, { who }) => arrive(world, guestOf(world, who)),
  closeVisit: (world, { who, ml }) => leave(world, guestOf(world, who), ml % 2 === 0),
  openShift: (world) => openUp(world),
  closeShift: (world) => shutDown(world),
  /** Every pour is entered, everybody goes, and the shift closes, if nobody comes in between. */
  lastOrders: async (world, { ml }) => {
    for (const guest of world.guests) {
      for (const attempt of stillOf(world, guest, 'open', 'orphaned')) await silent(world, attempt, ml);
      if (guest.visit_id !== null) await leaveNow(world, guest, ml % 2 === 0);
    }
    return shutDown(world);
  },
} satisfies Record<string, Do>;

/** As a till does that looks at the visit once more before it closes it. */
export async function leaveNow(world: World, guest: Guest, card_returned: boolean): Promise<string> {
  const visit = await world.bar.models.Visit.findByPk(guest.visit_id ?? guest.last_visit_id);
  return leave(world, { ...guest, version: visit?.version ?? guest.version }, card_returned);
}
