import type { Sequelize } from 'sequelize';
import { DomainError } from '#domain/errors';
import type { GuestExport, GuestWire } from '#domain/protocol/guests';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { unclaimedOf } from './unclaimed.ts';

type Nullable = 'age_confirmed_at' | 'blocked_at' | 'consent_at' | 'erased_at' | 'last_visit_at';
type Row = Omit<GuestWire, Nullable | 'created_at'> & Record<Nullable, Date | null> & { created_at: Date };

/** One guest with their money and visits. @throws DomainError guest.not_found */
export async function guestView(where: Unit | Sequelize, guest_id: number): Promise<GuestWire> {
  const [row] = await query<Row>(
    where,
    `SELECT g.id AS guest_id, g.name, g.phone, g.display_name, g.language, g.age_confirmed_at, g.age_confirmed_by, g.blocked_at,
       g.blocked_reason, g.consent_at, g.staff, g.erased_at, g.created_at, a.balance_minor,
       (SELECT coalesce(-sum(e.amount_minor), 0)::bigint FROM ledger_accounts l JOIN ledger_entries e ON e.account_id = l.id
          WHERE l.kind = 'receivable' AND l.guest_id = g.id) AS receivable_minor, ${unclaimedOf('g.id')} AS unclaimed_minor,
       (SELECT v.id FROM visits v WHERE v.guest_id = g.id AND v.state = 'active') AS active_visit_id,
       (SELECT count(*) FROM visits v WHERE v.guest_id = g.id) AS visits,
       (SELECT max(v.opened_at) FROM visits v WHERE v.guest_id = g.id) AS last_visit_at
     FROM guests g JOIN guest_accounts a ON a.guest_id = g.id WHERE g.id = $1`,
    [guest_id],
  );
  if (!row) throw new DomainError('guest.not_found', { guest_id });
  const iso = (time: Date | null) => time?.toISOString() ?? null;
  return {
    ...row,
    age_confirmed_at: iso(row.age_confirmed_at),
    blocked_at: iso(row.blocked_at),
    consent_at: iso(row.consent_at),
    erased_at: iso(row.erased_at),
    last_visit_at: iso(row.last_visit_at),
    created_at: row.created_at.toISOString(),
  };
}

/** Every row that is about this guest, as JSON. */
export async function guestRows(unit: Unit, guest_id: number): Promise<Omit<GuestExport, 'exported_at'>> {
  return queryOne<Omit<GuestExport, 'exported_at'>>(unit, EXPORT, [guest_id]);
}

const list = (what: string, from: string) => `(SELECT coalesce(jsonb_agg(${what}), '[]') FROM (${from}) r)`;

const EXPORT = `SELECT
  (SELECT to_jsonb(g) - 'name_search' FROM guests g WHERE g.id = $1) AS guest,
  ${list('to_jsonb(r)', 'SELECT id, state, opened_at, closed_at, close_reason FROM visits WHERE guest_id = $1 ORDER BY id')} AS visits,
  ${list(
    'to_jsonb(r)',
    `SELECT c.uid, vc.issued_at, vc.ended_at, vc.end_reason FROM visit_cards vc JOIN cards c ON c.id = vc.card_id
     JOIN visits v ON v.id = vc.visit_id WHERE v.guest_id = $1 ORDER BY vc.id`,
  )} AS cards,
  ${list(
    'to_jsonb(r)',
    'SELECT id, visit_id, tap_id, short_id, state, limit_ml, limit_minor, created_at, ended_at FROM grants WHERE guest_id = $1 ORDER BY created_at, id',
  )} AS grants,
  ${list(
    'to_jsonb(r)',
    `SELECT p.id, p.visit_id, p.tap_id, b.name AS beverage, p.metered_ml, p.billed_ml, p.cost_minor, p.paid_minor, p.source, p.sync_status, p.poured_at
     FROM pours p JOIN beverages b ON b.id = p.beverage_id WHERE p.guest_id = $1 ORDER BY p.id`,
  )} AS pours,
  ${list(
    'to_jsonb(r)',
    `SELECT t.id, t.kind, t.visit_id, a.kind AS account, e.amount_minor, t.reason, t.created_at FROM ledger_accounts a
     JOIN ledger_entries e ON e.account_id = a.id JOIN ledger_transactions t ON t.id = e.transaction_id WHERE a.guest_id = $1 ORDER BY e.id`,
  )} AS money,
  ${list('to_jsonb(r)', 'SELECT id, kind, state, facts, created_at, resolution FROM review_items WHERE guest_id = $1 ORDER BY id')} AS reviews,
  ${list('to_jsonb(r)', 'SELECT id, action, at, visit_id, reason, details FROM audit_events WHERE guest_id = $1 ORDER BY id')} AS trail`;
