import type { Sequelize } from 'sequelize';
import type { AuditListInput, AuditRow, EventListInput, EventRow } from '#domain/protocol/trail';
import { query } from '../db/query.ts';

/** Conditions of the filters that are set, with their values; the names are this file's own, never input. */
function conditions(filters: readonly (readonly [condition: string, value: unknown])[]) {
  const set = filters.filter(([, value]) => value !== null);
  return {
    where:
      set.length === 0 ? 'true' : set.map(([condition], index) => `${condition} $${index + 1}`).join(' AND '),
    bind: set.map(([, value]) => value),
  };
}

/** `visit.` finds all of its kind, `visit.closed` just that. */
const actionFilter = (action: string | null): readonly [string, unknown] => {
  const all = action !== null && (action.endsWith('.') || !action.includes('.'));
  return all ? ['a.action ^@', action.endsWith('.') ? action : `${action}.`] : ['a.action =', action];
};

type Audit = Omit<AuditRow, 'at' | 'last_at'> & { at: Date; last_at: Date | null };

export async function auditList(sequelize: Sequelize, ask: AuditListInput): Promise<AuditRow[]> {
  const { where, bind } = conditions([
    actionFilter(ask.action),
    ['a.operator_id =', ask.operator_id],
    ['a.node_id =', ask.node_id],
    ['a.visit_id =', ask.visit_id],
    ['a.guest_id =', ask.guest_id],
    ['a.tap_id =', ask.tap_id],
    ['a.card_id =', ask.card_id],
    ['a.grant_id =', ask.grant_id],
    ['a.at >=', ask.from],
    ['a.at <', ask.to],
    ['a.id <', ask.before_id],
  ]);
  const rows = await query<Audit>(
    sequelize,
    `SELECT a.id, a.action, a.at, a.operator_id, o.name AS operator_name, a.node_id, a.till_id, a.visit_id, a.guest_id, a.tap_id,
       t.number AS tap_number, a.card_id, a.grant_id, a.reason, a.details, coalesce(r.repeats, 0) AS repeats, r.last_at
     FROM audit_events a LEFT JOIN operators o ON o.id = a.operator_id LEFT JOIN taps t ON t.id = a.tap_id
     LEFT JOIN refusal_repeats r ON r.audit_event_id = a.id
     WHERE ${where} ORDER BY a.id DESC LIMIT ${ask.limit}`,
    bind,
  );
  return rows.map((row) => ({
    ...row,
    at: row.at.toISOString(),
    last_at: row.last_at?.toISOString() ?? null,
  }));
}

export async function eventList(sequelize: Sequelize, ask: EventListInput): Promise<EventRow[]> {
  const { where, bind } = conditions([
    ['type =', ask.type],
    ['visit_id =', ask.visit_id],
    ['guest_id =', ask.guest_id],
    ['tap_id =', ask.tap_id],
    ['created_at >=', ask.from],
    ['created_at <', ask.to],
    ['id <', ask.before_id],
  ]);
  const rows = await query<Omit<EventRow, 'at'> & { at: Date }>(
    sequelize,
    `SELECT id, type, created_at AS at, visit_id, guest_id, tap_id, details FROM events
     WHERE ${where} ORDER BY id DESC LIMIT ${ask.limit}`,
    bind,
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
