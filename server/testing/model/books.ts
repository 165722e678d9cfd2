import { query } from '../../db/query.ts';
import type { World } from './world.ts';

/*
 * What the database holds, by plain SQL that shares nothing with the product's own queries, checks and presenters. The judge
 * compares it with what callers were answered.
 */
export type GrantBook = {
  client_tx_id: string;
  grant_id: string;
  visit_id: number;
  guest_id: number;
  keg_id: number;
  state: string;
  limit_ml: number;
  limit_minor: number;
  price_minor_per_litre: number;
  pours: { status: string; billed_ml: number | null; keg_id: number }[];
  reviews: string[];
  debits: number;
  paid_minor: number;
  unpaid_minor: number;
  sold_minor: number;
};
/** One ledger transaction of a guest, in the order in which the guest's account was moved. */
export type Booking = {
  guest_id: number;
  kind: string;
  shift_id: number | null;
  grant_id: string | null;
  guest_minor: number;
  receivable_minor: number;
  cash_minor: number;
  rounding_minor: number;
};
export type GuestBook = {
  guest_id: number;
  balance_minor: number;
  entries_minor: number;
  reserved_minor: number;
};
export type VisitBook = {
  visit_id: number;
  guest_id: number;
  state: string;
  version: number;
  active_tap_id: number | null;
  lock_epoch: number;
  cards: number;
  open_grants: { tap_id: number; epoch: number }[];
};
export type KegBook = {
  keg_id: number;
  state: string;
  remaining_ml: number;
  on: boolean;
  variance_ml: number;
};
export type ShiftBook = {
  state: string;
  z_number: number | null;
  float_minor: number;
  counted_cash_minor: number | null;
  cash_minor: number;
};
export type CardBook = { guest_id: number; uid: string; lost: boolean };

export type Books = {
  grants: GrantBook[];
  bookings: Booking[];
  guests: GuestBook[];
  visits: VisitBook[];
  kegs: KegBook[];
  shifts: ShiftBook[];
  cards: CardBook[];
  unbalanced: number;
};

const GRANTS = `
  SELECT g.client_tx_id, g.id AS grant_id, g.visit_id, g.guest_id, g.keg_id, g.state, g.limit_ml, g.limit_minor, g.price_minor_per_litre,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('status', p.sync_status, 'billed_ml', p.billed_ml, 'keg_id', p.keg_id)), '[]')
       FROM pours p WHERE p.grant_id = g.id) AS pours,
    (SELECT coalesce(array_agg(r.kind), '{}') FROM review_items r WHERE r.grant_id = g.id) AS reviews,
    count(DISTINCT t.id) AS debits,
    coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind = 'guest'), 0)::bigint AS paid_minor,
    coalesce(-sum(e.amount_minor) FILTER (WHERE a.kind = 'receivable'), 0)::bigint AS unpaid_minor,
    coalesce(sum(e.amount_minor) FILTER (WHERE a.kind = 'sales'), 0)::bigint AS sold_minor
  FROM grants g LEFT JOIN ledger_transactions t ON t.grant_id = g.id LEFT JOIN ledger_entries e ON e.transaction_id = t.id
    LEFT JOIN ledger_accounts a ON a.id = e.account_id
  WHERE g.guest_id = ANY ($1) GROUP BY g.id ORDER BY g.created_at`;

const BOOKINGS = `
  SELECT t.guest_id, t.kind, t.shift_id, t.grant_id,
    coalesce(sum(e.amount_minor) FILTER (WHERE a.kind = 'guest' AND a.guest_id = t.guest_id), 0)::bigint AS guest_minor,
    coalesce(sum(e.amount_minor) FILTER (WHERE a.kind = 'receivable' AND a.guest_id = t.guest_id), 0)::bigint AS receivable_minor,
    coalesce(sum(e.amount_minor) FILTER (WHERE a.kind = 'cash'), 0)::bigint AS cash_minor,
    coalesce(sum(e.amount_minor) FILTER (WHERE a.kind = 'rounding'), 0)::bigint AS rounding_minor
  FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
  WHERE t.guest_id = ANY ($1) GROUP BY t.id ORDER BY t.id`;

const GUESTS = `
  SELECT b.guest_id, b.balance_minor,
    (SELECT coalesce(sum(e.amount_minor), 0)::bigint FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
       WHERE a.kind = 'guest' AND a.guest_id = b.guest_id) AS entries_minor,
    (SELECT coalesce(sum(g.limit_minor), 0)::bigint FROM grants g WHERE g.guest_id = b.guest_id AND g.ended_at IS NULL) AS reserved_minor
  FROM guest_accounts b WHERE b.guest_id = ANY ($1) ORDER BY b.guest_id`;

const VISITS = `
  SELECT v.id AS visit_id, v.guest_id, v.state, v.version, v.active_tap_id, v.lock_epoch,
    (SELECT count(*) FROM visit_cards c WHERE c.visit_id = v.id AND c.ended_at IS NULL) AS cards,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('tap_id', g.tap_id, 'epoch', g.epoch)), '[]') FROM grants g
       WHERE g.visit_id = v.id AND g.state = 'open') AS open_grants
  FROM visits v WHERE v.guest_id = ANY ($1) ORDER BY v.id`;

const KEGS = `
  SELECT k.id AS keg_id, k.state, k.remaining_ml, EXISTS (SELECT 1 FROM taps t WHERE t.keg_id = k.id) AS on,
    (SELECT coalesce(sum(m.out_ml), 0)::bigint FROM keg_movements m WHERE m.keg_id = k.id AND m.kind = 'yield_variance') AS variance_ml
  FROM kegs k WHERE k.id = ANY ($1) ORDER BY k.id`;

const SHIFTS = `
  SELECT s.state, s.z_number, s.float_minor, s.counted_cash_minor,
    s.float_minor - (SELECT coalesce(sum(e.amount_minor), 0)::bigint FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
       JOIN ledger_accounts a ON a.id = e.account_id WHERE a.kind = 'cash' AND t.shift_id = s.id) AS cash_minor
  FROM shifts s ORDER BY s.id`;

const CARDS = `
  SELECT v.guest_id, c.uid, EXISTS (SELECT 1 FROM lost_cards l WHERE l.card_id = c.id AND l.found_at IS NULL) AS lost
  FROM visit_cards vc JOIN visits v ON v.id = vc.visit_id JOIN cards c ON c.id = vc.card_id
  WHERE v.guest_id = ANY ($1) ORDER BY vc.id`;

const UNBALANCED = `SELECT transaction_id FROM ledger_entries GROUP BY transaction_id HAVING sum(amount_minor) <> 0`;

/** Between two batches, when nothing is in flight. Other worlds of the same database are not looked at. */
export async function readBooks(world: World): Promise<Books> {
  const { sequelize } = world.bar;
  const mine = [world.guests.map(({ guest_id }) => guest_id)];
  const my_kegs = [world.kegs.map(({ keg_id }) => keg_id)];
  const [grants, bookings, guests, visits, kegs, shifts, cards, unbalanced] = await Promise.all([
    query<GrantBook>(sequelize, GRANTS, mine),
    query<Booking>(sequelize, BOOKINGS, mine),
    query<GuestBook>(sequelize, GUESTS, mine),
    query<VisitBook>(sequelize, VISITS, mine),
    query<KegBook>(sequelize, KEGS, my_kegs),
    query<ShiftBook>(sequelize, SHIFTS),
    query<CardBook>(sequelize, CARDS, mine),
    query(sequelize, UNBALANCED),
  ]);
  return { grants, bookings, guests, visits, kegs, shifts, cards, unbalanced: unbalanced.length };
}
