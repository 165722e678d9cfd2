import type { Sequelize } from 'sequelize';
import type { ShiftWire } from '#domain/protocol/till';
import { openWarning } from '#domain/shift/openWarning';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { expectedCash } from './shiftFigures.ts';

type Row = { shift_id: number; opened_at: Date; business_date: string; float_minor: number };

/** The open shift as the status bar shows it. */
export async function openShiftWire(where: Unit | Sequelize, now: Date): Promise<ShiftWire | null> {
  const [shift] = await query<Row>(
    where,
    `SELECT id AS shift_id, opened_at, to_char(business_date, 'YYYY-MM-DD') AS business_date, float_minor
     FROM shifts WHERE state = 'open'`,
  );
  if (!shift) return null;
  return {
    ...shift,
    opened_at: shift.opened_at.toISOString(),
    expected_cash_minor: await expectedCash(where, shift.shift_id),
    open_warning: openWarning(shift.opened_at, now),
  };
}
