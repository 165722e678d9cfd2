import type { CardState } from '../card/states.ts';
import type { Flags } from '../flags.ts';
import { kegAllowanceMl } from '../keg/states.ts';
import type { KegState } from '../keg/states.ts';
import { affordable, cost } from '../quantity/pricing.ts';
import { minor, minorPerLitre } from '../quantity/money.ts';
import { MAX_ML, millilitres } from '../quantity/volume.ts';
import { SERVICE_DEFAULTS } from '../moneySettings.ts';
import type { ServiceSettings } from '../moneySettings.ts';
import { serviceLeftMl } from '../service/limit.ts';
import type { TapStatus } from '../tap/statuses.ts';
import type { RefusalCode } from './refusals.ts';

/** What the law of the bar says of one pour; ml. */
export type PourLaw = {
  min_pour_ml: number;
  max_pour_ml: number;
  keg_allowance_percent: number;
  daily_limit_ml: number;
  /** false: a guest who owes may pour */
  debt_refuses?: boolean;
  /** what the daily limit counts; without it ml */
  service?: ServiceSettings;
};

/** Everything that authorise looks at, read under its locks. */
export type AuthoriseFacts = {
  flags: Flags;
  law: PourLaw;
  /** may_speak: the node is paired with this tap; overtaken: it has asked for a later presentation since */
  node: { may_speak: boolean; outdated: boolean; overtaken?: boolean };
  shift_open: boolean;
  emergency_stop: boolean;
  tap: { tap_id: number; status: TapStatus; overshoot_ml: number };
  keg: KegFacts | null;
  card: { state: CardState } | null;
  visit: VisitFacts | null;
};

export type KegFacts = {
  state: KegState;
  remaining_ml: number;
  size_ml: number;
  price_minor_per_litre: number;
  abv_permille?: number;
};

export type VisitFacts = {
  guest_blocked: boolean;
  balance_minor: number;
  /** limits of all the guest's unsettled grants */
  reserved_minor: number;
  /** what the guest owes the house */
  receivable_minor: number;
  /** poured on this business date, and what unsettled grants may still pour */
  served_ml: number;
  /** the same as pure alcohol, µg */
  served_ug?: number;
  /** what a shift lead has allowed on top for this business date */
  extra_ml?: number;
  extra_grams?: number;
  lock: { tap_id: number; tap_number: number } | null;
};

/** What a switched-off flag let through; each is audited and shown. */
export type Waived = 'lost_card' | 'tap_processing_sync' | 'card_in_use_on_other_tap';

export type AuthoriseDecision =
  | { outcome: 'granted'; limit_ml: number; limit_minor: number; waived: Waived[] }
  | { outcome: 'refused'; code: RefusalCode; tap_number: number | null; free_minor: number | null };

/** A visit that FF_VISIT_ENFORCEMENT off opens for a free card: nobody known, nothing paid in, nothing poured. */
export const ANONYMOUS_VISIT: VisitFacts = {
  guest_blocked: false,
  balance_minor: 0,
  reserved_minor: 0,
  receivable_minor: 0,
  served_ml: 0,
  lock: null,
};

/** May a free card of the pool open a visit by itself? Only when visits are not enforced. */
export function opensAnonymousVisit(
  flags: Flags,
  card: { state: CardState } | null,
  hasVisit: boolean,
): boolean {
  return !flags.FF_VISIT_ENFORCEMENT && !hasVisit && card?.state === 'available';
}

type Gate = (facts: AuthoriseFacts) => RefusalCode | null;

const tapGate: Gate = ({ tap, flags }) => {
  if (tap.status === 'processing_sync')
    return flags.FF_SYNC_STATUS_ENFORCEMENT ? 'tap_processing_sync' : null;
  return tap.status === 'selling' ? null : 'tap_unavailable';
};

const kegGate: Gate = (facts) => {
  if (facts.keg?.state !== 'on_tap') return 'no_keg';
  return enough(facts, kegLeftMl(facts, facts.keg)) ? null : 'no_keg';
};

const cardGate: Gate = ({ card, flags }) => {
  if (card === null) return 'card_unknown';
  return card.state === 'lost' && flags.FF_LOST_CARD_ENFORCEMENT ? 'lost_card' : null;
};

const lockGate: Gate = ({ visit, tap, flags }) => {
  const lock = visit?.lock ?? null;
  if (lock === null) return null;
  if (lock.tap_id === tap.tap_id) return 'card_in_use_here';
  return flags.FF_ACTIVE_TAP_LOCK ? 'card_in_use_on_other_tap' : null;
};

const when =
  (code: RefusalCode, fails: (facts: AuthoriseFacts) => boolean): Gate =>
  (facts) =>
    fails(facts) ? code : null;

/** 09-decisions: this order, the first failure answers. */
const GATES: readonly Gate[] = [
  when('node_not_allowed', ({ node }) => !node.may_speak),
  when('node_outdated', ({ node }) => node.outdated),
  // H28: nobody stands at the tap for a question that was delayed.
  when('grant_over', ({ node }) => node.overtaken === true),
  when('shift_closed', ({ shift_open }) => !shift_open),
  when('emergency_stop', ({ emergency_stop }) => emergency_stop),
  tapGate,
  kegGate,
  cardGate,
  when('no_active_visit', ({ visit }) => visit === null),
  when('guest_blocked', ({ visit }) => visit?.guest_blocked === true),
  when('debt_open', ({ law, visit }) => law.debt_refuses !== false && (visit?.receivable_minor ?? 0) > 0),
  lockGate,
  when('service_limit', (facts) => !enough(facts, servableMl(facts))),
  when('insufficient_funds', (facts) => !enough(facts, fundedMl(facts))),
];

/** May this card pour at this tap now, and how much? Pure: the caller holds the locks. */
export function decideAuthorise(facts: AuthoriseFacts): AuthoriseDecision {
  for (const gate of GATES) {
    const code = gate(facts);
    if (code !== null) return refused(code, facts);
  }
  const limit_ml = limitMl(facts);
  // Only a cap per pour below the overshoot gets here: the tap is set up wrongly.
  if (limit_ml < Math.max(1, facts.law.min_pour_ml)) return refused('tap_unavailable', facts);
  const limit_minor = cost(millilitres(limit_ml), minorPerLitre(facts.keg?.price_minor_per_litre ?? 0));
  return { outcome: 'granted', limit_ml, limit_minor, waived: waivedBy(facts) };
}

function refused(code: RefusalCode, facts: AuthoriseFacts): AuthoriseDecision {
  const tap_number = code === 'card_in_use_on_other_tap' ? (facts.visit?.lock?.tap_number ?? null) : null;
  const free_minor = code === 'insufficient_funds' ? freeMinor(facts.visit) : null;
  return { outcome: 'refused', code, tap_number, free_minor };
}

/** min(free funds, service limit left, keg remainder + allowance, cap per pour) − learned overshoot */
function limitMl(facts: AuthoriseFacts): number {
  const keg_ml = facts.keg === null ? 0 : kegLeftMl(facts, facts.keg);
  const most_ml = Math.min(fundedMl(facts), servableMl(facts), keg_ml, facts.law.max_pour_ml, MAX_ML);
  return most_ml - facts.tap.overshoot_ml;
}

function enough(facts: AuthoriseFacts, ml: number): boolean {
  return ml - facts.tap.overshoot_ml >= Math.max(1, facts.law.min_pour_ml);
}

const kegLeftMl = ({ law }: AuthoriseFacts, keg: KegFacts): number =>
  keg.remaining_ml + kegAllowanceMl(keg.size_ml, law.keg_allowance_percent);

const servableMl = ({ law, visit, keg }: AuthoriseFacts): number =>
  serviceLeftMl(
    { ...SERVICE_DEFAULTS, ...law.service, daily_limit_ml: law.daily_limit_ml },
    {
      ml: visit?.served_ml ?? 0,
      ethanol_ug: visit?.served_ug ?? 0,
      extra_ml: visit?.extra_ml ?? 0,
      extra_grams: visit?.extra_grams ?? 0,
    },
    keg?.abv_permille ?? 0,
  );

const freeMinor = (visit: VisitFacts | null): number =>
  Math.max(0, (visit?.balance_minor ?? 0) - (visit?.reserved_minor ?? 0));

const fundedMl = ({ visit, keg }: AuthoriseFacts): number =>
  affordable(minor(freeMinor(visit)), minorPerLitre(keg?.price_minor_per_litre ?? 0));

function waivedBy({ card, tap, visit }: AuthoriseFacts): Waived[] {
  const waived: Waived[] = [];
  if (card?.state === 'lost') waived.push('lost_card');
  if (tap.status === 'processing_sync') waived.push('tap_processing_sync');
  if (visit?.lock) waived.push('card_in_use_on_other_tap');
  return waived;
}
