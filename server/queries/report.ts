import type { Sequelize } from 'sequelize';
import type { LiabilityRow, ReportInput, ReportWire } from '#domain/protocol/reports';
import { query } from '../db/query.ts';
import type { Deps } from '../services/support/deps.ts';
import { readSettings } from '../services/support/settings.ts';
import { kegVariances, reportLosses } from './reportLosses.ts';
import { reportOverrides } from './reportOverrides.ts';
import { reportCorrections, reportGuests, reportSales } from './reportSales.ts';
import { reportSpan } from './reportSpan.ts';
import type { ReportSpan } from './reportSpan.ts';
import { liabilities } from './shiftFigures.ts';

/** What was sold, lost, held and decided: counted by shifts, so that the report of one is its X or Z. */
export async function report(
  { sequelize, clock }: Pick<Deps, 'sequelize' | 'clock'>,
  ask: ReportInput,
): Promise<ReportWire> {
  const now = clock.now();
  const { time_zone } = (await readSettings(sequelize)).bar;
  const span = await reportSpan(sequelize, ask, { now, time_zone });
  const { shift_ids, days, open } = span;
  const [sales, guests, corrections, keg_variances, held, overrides] = await Promise.all([
    reportSales(sequelize, shift_ids, time_zone),
    reportGuests(sequelize, shift_ids),
    reportCorrections(sequelize, shift_ids),
    kegVariances(sequelize, span),
    heldAtTheEnds(sequelize, span, now),
    reportOverrides(sequelize, span),
  ]);
  const { all, ...by } = sales;
  const { visits, guests_minor } = guests;
  const { comped_minor, reversed_minor, adjusted_minor } = corrections;
  return {
    from: days?.from ?? null,
    to: days?.to ?? null,
    shifts: shift_ids.length,
    open,
    totals: {
      ...all,
      net_minor: all.sales_minor - comped_minor - reversed_minor + adjusted_minor,
      visits,
      average_minor: visits === 0 ? null : Math.round(guests_minor / visits),
    },
    ...by,
    losses: await reportLosses(sequelize, span, { ...guests, ...corrections }),
    keg_variances,
    liabilities: held,
    overrides,
  };
}

/** As each Z kept them; of an open shift those of now. */
async function heldAtTheEnds(
  sequelize: Sequelize,
  { shift_ids }: ReportSpan,
  now: Date,
): Promise<LiabilityRow[]> {
  const rows = await query<Omit<LiabilityRow, 'at'> & { at: Date | null }>(
    sequelize,
    `SELECT s.id AS shift_id, s.z_number, s.closed_at AS at, (h.held->>'guests_minor')::bigint AS guests_minor,
       (h.held->>'receivable_minor')::bigint AS receivable_minor, (h.held->>'unclaimed_minor')::bigint AS unclaimed_minor
     FROM shifts s, LATERAL (SELECT s.z_report->'liabilities' AS held) h WHERE s.id = ANY($1::bigint[]) ORDER BY s.id`,
    [shift_ids],
  );
  const today = rows.some(({ at }) => at === null) ? await liabilities(sequelize) : null;
  return rows.map(({ at, ...row }) => ({ ...row, at: (at ?? now).toISOString(), ...(at === null && today) }));
}
