import { DomainError } from '#domain/errors';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';

export type LockedShift = {
  shift_id: number;
  business_date: string;
  opened_at: Date;
  opened_by: number | null;
  float_minor: number;
};

/** The open shift FOR NO KEY UPDATE: waits for every unit that moves money in it. First in the lock order. @throws DomainError shift.closed */
export async function lockShift(unit: Unit): Promise<LockedShift> {
  const [shift] = await query<LockedShift>(
    unit,
    `SELECT id AS shift_id, to_char(business_date, 'YYYY-MM-DD') AS business_date, opened_at, opened_by, float_minor
     FROM shifts WHERE state = 'open' FOR NO KEY UPDATE`,
  );
  if (!shift) throw new DomainError('shift.closed');
  return shift;
}
