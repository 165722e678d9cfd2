import { DomainError } from '#domain/errors';
import { businessDate } from '#domain/shift/businessDate';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import { appendAudit } from './appendAudit.ts';
import { beginCashSession, drawerOf } from './cashSession.ts';
import type { Deps } from './deps.ts';
import { readFlags } from './flags.ts';
import { notifyPos } from './notifyPos.ts';
import { readSettings } from './settings.ts';

export type OpenShift = { shift_id: number; business_date: string };

/**
 * The open shift, locked FOR SHARE: those who move money do not wait for each other, closing the shift waits for all of
 * them. First in the lock order. With FF_BACKEND_SHIFT_AUTHORITY off the server opens one itself when it is needed.
 */
export async function shareOpenShift(unit: Unit, deps: Deps): Promise<OpenShift | undefined> {
  const found = await selectOpen(unit);
  if (found) return found;
  const flags = await readFlags(unit, deps);
  if (flags.FF_BACKEND_SHIFT_AUTHORITY) return undefined;
  await insertShift(unit, deps, { float_minor: 0, operator_id: null, till_id: null });
  return selectOpen(unit);
}

/** @throws DomainError `shift.closed` */
export async function requireOpenShift(unit: Unit, deps: Deps): Promise<OpenShift> {
  const shift = await shareOpenShift(unit, deps);
  if (!shift) throw new DomainError('shift.closed');
  return shift;
}

async function selectOpen(unit: Unit): Promise<OpenShift | undefined> {
  const [shift] = await query<OpenShift>(
    unit,
    `SELECT id AS shift_id, to_char(business_date, 'YYYY-MM-DD') AS business_date FROM shifts WHERE state = 'open' FOR SHARE`,
  );
  return shift;
}

export type NewShift = { float_minor: number; operator_id: number | null; till_id: number | null };

/** Opens a shift and its first cash session unless one is open (then undefined): the partial unique index has the last word. */
export async function insertShift(unit: Unit, deps: Deps, shift: NewShift): Promise<number | undefined> {
  const { bar } = await readSettings(unit);
  const opened_at = deps.clock.now();
  const [row] = await query<{ id: number }>(
    unit,
    `INSERT INTO shifts (business_date, float_minor, opened_at, opened_by) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING id`,
    [businessDate(opened_at, bar.time_zone), shift.float_minor, opened_at, shift.operator_id],
  );
  if (!row) return undefined;
  await beginCashSession(unit, {
    shift_id: row.id,
    drawer_id: await drawerOf(unit, shift.till_id),
    operator_id: shift.operator_id,
    float_minor: shift.float_minor,
    opened_at,
  });
  await appendAudit(unit, {
    action: 'shift.opened',
    operator_id: shift.operator_id,
    till_id: shift.till_id,
    details: { shift_id: row.id, float_minor: shift.float_minor },
  });
  await notifyPos(unit, {
    kind: 'shift',
    id: `open-${row.id}`,
    payload: { what: 'opened', shift_id: row.id, ...shift },
  });
  await appendEvent(unit, deps, { type: 'shift.changed', details: { shift_id: row.id, state: 'open' } });
  return row.id;
}
