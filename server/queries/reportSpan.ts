import type { Sequelize } from 'sequelize';
import { DAY_BEGINS_AT_HOUR, businessDate } from '#domain/shift/businessDate';
import type { ReportInput } from '#domain/protocol/reports';
import { daysOf } from '#domain/report/period';
import { query, queryOne } from '../db/query.ts';

/**
 * What a report counts: money and pours by their shifts, as X and Z do; what has no shift by time. Days begin when business dates
 * do, so that a morning's cleaning belongs to the evening that it was for.
 */
export type ReportSpan = {
  shift_ids: number[];
  open: boolean;
  days: { from: string; to: string } | null;
  from_at: Date;
  /** null: until now */
  to_at: Date | null;
};

type Shift = {
  id: number;
  state: 'open' | 'closed';
  business_date: string;
  opened_at: Date;
  closed_at: Date | null;
};
const SHIFTS = `SELECT id, state, to_char(business_date, 'YYYY-MM-DD') AS business_date, opened_at, closed_at FROM shifts`;

export async function reportSpan(
  sequelize: Sequelize,
  ask: ReportInput,
  clock: { now: Date; time_zone: string },
): Promise<ReportSpan> {
  if (ask.kind === 'shift') return lastShift(sequelize, clock.now);
  const days = ask.kind === 'days' ? ask : daysOf(ask.kind, businessDate(clock.now, clock.time_zone));
  const { from, to } = days;
  const [shifts, times] = await Promise.all([
    query<Shift>(sequelize, `${SHIFTS} WHERE business_date BETWEEN $1 AND $2 ORDER BY id`, [from, to]),
    queryOne<{ from_at: Date; to_at: Date }>(
      sequelize,
      `SELECT ($1::date + make_interval(hours => $4)) AT TIME ZONE $3 AS from_at,
         ($2::date + 1 + make_interval(hours => $4)) AT TIME ZONE $3 AS to_at`,
      [from, to, clock.time_zone, DAY_BEGINS_AT_HOUR],
    ),
  ]);
  return {
    ...times,
    shift_ids: shifts.map(({ id }) => id),
    open: shifts.some(({ state }) => state === 'open'),
    days: { from, to },
  };
}

/** The open shift, else the one that was closed last. */
async function lastShift(sequelize: Sequelize, now: Date): Promise<ReportSpan> {
  const [shift] = await query<Shift>(sequelize, `${SHIFTS} ORDER BY id DESC LIMIT 1`, []);
  if (!shift) return { shift_ids: [], open: false, days: null, from_at: now, to_at: now };
  return {
    shift_ids: [shift.id],
    open: shift.state === 'open',
    days: { from: shift.business_date, to: shift.business_date },
    from_at: shift.opened_at,
    to_at: shift.closed_at,
  };
}
