import type { CardState } from '#domain/card/states';
import { ANONYMOUS_VISIT, opensAnonymousVisit } from '#domain/grant/decideAuthorise';
import type { AuthoriseFacts, VisitFacts } from '#domain/grant/decideAuthorise';
import type { Flags } from '#domain/flags';
import type { KegState } from '#domain/keg/states';
import { PROTOCOL_VERSION } from '#domain/protocol/node';
import { UG_PER_ML_AND_PERMILLE } from '#domain/service/limit';
import type { TapStatus } from '#domain/tap/statuses';
import type { HousePurpose } from '#domain/visit/house';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import { servedJoins } from '../../queries/served.ts';
import type { Deps } from './deps.ts';
import { openAnonymousVisit } from './openAnonymousVisit.ts';

/** Of an operator `o` and the card `c`: it says at a tap who lays it there. */
export const IS_STAFF_CARD = `o.active AND c.state NOT IN ('lost', 'retired')`;

export type Asking = {
  node_id: number;
  tap_id: number;
  card_uid: string;
  boot_id: string;
  presentation?: number;
};

/** Who is concerned, read before anything is locked. */
export type Peeked = {
  tap_id: number | null;
  card_id: number | null;
  card_state: CardState | null;
  visit_id: number | null;
  guest_id: number | null;
  /** the active member of staff whose card it is */
  operator_id: number | null;
};

export type KegAtTap = { keg_id: number; beverage_id: number; price_minor_per_litre: number };
export type GuestAtTap = {
  visit_id: number;
  guest_id: number;
  display_name: string | null;
  language: 'ru' | 'en';
};

/**
 * The visit of a card: the one it is issued to, or, for a card reported lost, the one it was lost in (which matters only
 * when lost cards are not enforced).
 */
export async function peek(unit: Unit, asking: Asking): Promise<Peeked> {
  return queryOne<Peeked>(
    unit,
    `SELECT t.id AS tap_id, c.id AS card_id, c.state AS card_state, v.id AS visit_id, v.guest_id, o.id AS operator_id
     FROM (SELECT 1) AS one
     LEFT JOIN taps t ON t.id = $1
     LEFT JOIN cards c ON c.uid = $2
     LEFT JOIN operators o ON o.card_id = c.id AND ${IS_STAFF_CARD}
     LEFT JOIN visits v ON v.state = 'active' AND v.id = coalesce(
       (SELECT vc.visit_id FROM visit_cards vc WHERE vc.card_id = c.id AND vc.ended_at IS NULL),
       (SELECT l.visit_id FROM lost_cards l WHERE l.card_id = c.id AND l.found_at IS NULL))`,
    [asking.tap_id, asking.card_uid],
  );
}

export async function readCodesTaken(unit: Unit, visit_id: number | null): Promise<ReadonlySet<string>> {
  const rows = await query<{ short_id: string }>(
    unit,
    `SELECT short_id FROM grants WHERE visit_id = $1 UNION SELECT short_id FROM grants WHERE state IN ('open', 'orphaned')`,
    [visit_id],
  );
  return new Set(rows.map((row) => row.short_id));
}

export type TapRead = {
  node_id: number | null;
  node_active: boolean;
  node_outdated: boolean;
  number: number;
  status: TapStatus;
  overshoot_ml: number;
  counter: number;
  /** a later presentation of this tap and boot was here before */
  overtaken: boolean;
  keg: (NonNullable<AuthoriseFacts['keg']> & KegAtTap) | null;
};

export async function readTap(unit: Unit, asking: Asking): Promise<TapRead | null> {
  const [row] = await query<{
    node_id: number | null;
    node_state: string | null;
    protocol_version: number | null;
    number: number;
    status: TapStatus;
    overshoot_ml: number;
    counter: number;
    overtaken: boolean;
    keg_id: number | null;
    state: KegState;
    remaining_ml: number;
    size_ml: number;
    beverage_id: number;
    price_minor_per_litre: number;
    abv_permille: number;
  }>(
    unit,
    `SELECT t.node_id, n.state AS node_state, n.protocol_version, t.number, t.status, t.overshoot_ml, t.short_code_counter AS counter,
       EXISTS (SELECT 1 FROM attempts a WHERE a.tap_id = t.id AND a.boot_id = $2 AND a.presentation > $3) AS overtaken, k.id AS keg_id, k.state, k.remaining_ml,
       k.size_ml, b.id AS beverage_id, b.price_minor_per_litre, b.abv_permille
     FROM taps t LEFT JOIN nodes n ON n.id = t.node_id LEFT JOIN kegs k ON k.id = t.keg_id LEFT JOIN beverages b ON b.id = k.beverage_id
     WHERE t.id = $1`,
    [asking.tap_id, asking.boot_id, asking.presentation ?? null],
  );
  if (!row) return null;
  const {
    node_id,
    node_state,
    protocol_version,
    number,
    status,
    overshoot_ml,
    counter,
    overtaken,
    keg_id,
    ...keg
  } = row;
  return {
    node_id,
    node_active: node_state === 'active',
    // A node that has not said hello is asked for its version there.
    node_outdated: (protocol_version ?? PROTOCOL_VERSION) < PROTOCOL_VERSION - 1,
    number,
    status,
    overshoot_ml,
    counter,
    overtaken,
    keg: keg_id === null ? null : { keg_id, ...keg },
  };
}

export type VisitRead = {
  staff: boolean;
  facts: Omit<VisitFacts, 'balance_minor'>;
  who: GuestAtTap;
  house: HousePurpose | null;
};

/** A card without a visit: with FF_VISIT_ENFORCEMENT off a free one opens one. */
export async function readFreeCard(
  unit: Unit,
  deps: Deps,
  of: { peeked: Peeked; flags: Flags },
): Promise<VisitRead | null> {
  const { peeked, flags } = of;
  const card = peeked.card_state === null ? null : { state: peeked.card_state };
  if (peeked.card_id === null || !opensAnonymousVisit(flags, card, false)) return null;
  const opened = await openAnonymousVisit(unit, deps, peeked.card_id);
  return { staff: false, facts: ANONYMOUS_VISIT, who: { ...opened, display_name: null }, house: null };
}

/** The service limit counts the guest's whole business date, and what unsettled grants may still pour. */
export async function readKnownVisit(unit: Unit, visit_id: number): Promise<VisitRead> {
  const row = await queryOne<{
    guest_id: number;
    staff: boolean;
    display_name: string | null;
    house: HousePurpose | null;
    language: 'ru' | 'en';
    guest_blocked: boolean;
    reserved_minor: number;
    receivable_minor: number;
    served_ml: number;
    served_ug: number;
    extra_ml: number;
    extra_grams: number;
    lock_tap_id: number | null;
    lock_tap_number: number | null;
  }>(
    unit,
    `SELECT v.guest_id, g.staff, g.display_name, g.house_purpose AS house, g.language, g.blocked_at IS NOT NULL AS guest_blocked,
       coalesce(u.limit_minor, 0)::bigint AS reserved_minor,
       coalesce((SELECT -sum(e.amount_minor) FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
                 WHERE a.kind = 'receivable' AND a.guest_id = v.guest_id), 0)::bigint AS receivable_minor,
       (coalesce(u.limit_ml, 0) + served.ml)::bigint AS served_ml, (coalesce(u.limit_ug, 0) + served.ug)::bigint AS served_ug,
       allowed.extra_ml, allowed.extra_grams,
       v.active_tap_id AS lock_tap_id, t.number AS lock_tap_number
     FROM visits v JOIN guests g ON g.id = v.guest_id LEFT JOIN taps t ON t.id = v.active_tap_id
     LEFT JOIN LATERAL (SELECT sum(x.limit_minor) AS limit_minor, sum(x.limit_ml) AS limit_ml,
                          sum(x.limit_ml::bigint * b.abv_permille * ${UG_PER_ML_AND_PERMILLE}) AS limit_ug
                        FROM grants x JOIN beverages b ON b.id = x.beverage_id
                        WHERE x.guest_id = v.guest_id AND x.state IN ('open', 'orphaned')) u ON true
     ${servedJoins(`(SELECT business_date FROM shifts WHERE state = 'open')`)}
     WHERE v.id = $1`,
    [visit_id],
  );
  const { guest_id, staff, display_name, house, language, lock_tap_id, lock_tap_number, ...facts } = row;
  const lock = lock_tap_id === null ? null : { tap_id: lock_tap_id, tap_number: lock_tap_number ?? 0 };
  return { staff, facts: { ...facts, lock }, who: { visit_id, guest_id, display_name, language }, house };
}
