import type { Sequelize } from 'sequelize';
import type { ReportWire } from '#domain/protocol/reports';
import { query, queryOne } from '../db/query.ts';

type Sold = { pours: number; ml: number; sales_minor: number };
type Row = Sold & {
  /** which of the four is the key of this row, as `grouping` says it */
  of: number;
  business_date: string | null;
  hour: number | null;
  tap_number: number | null;
  beverage_id: number | null;
  beverage: string;
};
const DAY = 0b0111;
const HOUR = 0b1011;
const TAP = 0b1101;
const BEVERAGE = 0b1110;
const ALL = 0b1111;

export type ReportSales = Pick<ReportWire, 'by_day' | 'by_hour' | 'by_tap' | 'by_beverage'> & { all: Sold };

/** What a Z calls sales: every charged pour of these shifts at what it was charged then. One pass over the pours. */
export async function reportSales(
  sequelize: Sequelize,
  shift_ids: readonly number[],
  time_zone: string,
): Promise<ReportSales> {
  const rows = await query<Row>(
    sequelize,
    `SELECT grouping(d.business_date, d.hour, d.tap_number, d.beverage_id) AS of, d.business_date, d.hour, d.tap_number,
       d.beverage_id, max(d.beverage) AS beverage, count(*) AS pours, coalesce(sum(d.billed_ml), 0)::bigint AS ml,
       coalesce(sum(d.cost_minor), 0)::bigint AS sales_minor
     FROM (
       SELECT to_char(s.business_date, 'YYYY-MM-DD') AS business_date, extract(hour FROM p.poured_at AT TIME ZONE $2)::integer AS hour,
         t.number AS tap_number, b.id AS beverage_id, b.name AS beverage, p.billed_ml, p.cost_minor
       FROM pours p JOIN shifts s ON s.id = p.shift_id JOIN taps t ON t.id = p.tap_id JOIN beverages b ON b.id = p.beverage_id
       WHERE p.shift_id = ANY($1::bigint[]) AND p.sync_status IN ('synced', 'reconciled')
     ) d
     GROUP BY GROUPING SETS ((d.business_date), (d.hour), (d.tap_number), (d.beverage_id), ())
     ORDER BY d.business_date, d.hour, d.tap_number, sales_minor DESC, beverage`,
    [[...shift_ids], time_zone],
  );
  const of = (key: number) => rows.filter((row) => row.of === key);
  const sold = ({ pours, ml, sales_minor }: Row): Sold => ({ pours, ml, sales_minor });
  const [all] = of(ALL);
  return {
    all: all ? sold(all) : { pours: 0, ml: 0, sales_minor: 0 },
    by_day: of(DAY).map((row) => ({ business_date: row.business_date ?? '', ...sold(row) })),
    by_hour: of(HOUR).map((row) => ({ hour: row.hour ?? 0, ...sold(row) })),
    by_tap: of(TAP).map((row) => ({ tap_number: row.tap_number ?? 0, ...sold(row) })),
    by_beverage: of(BEVERAGE).map((row) => ({
      beverage_id: row.beverage_id ?? 0,
      beverage: row.beverage,
      ...sold(row),
    })),
  };
}

export type ReportGuests = {
  visits: number;
  guests_minor: number;
  house_ml: number;
  house_minor: number;
  first_flush_ml: number;
  foam_ml: number;
};

/** The same pours by who drank them, and what was taken off their metered volume. */
export async function reportGuests(
  sequelize: Sequelize,
  shift_ids: readonly number[],
): Promise<ReportGuests> {
  return queryOne<ReportGuests>(
    sequelize,
    `SELECT count(DISTINCT p.visit_id) FILTER (WHERE g.house_purpose IS NULL) AS visits,
       coalesce(sum(p.cost_minor) FILTER (WHERE g.house_purpose IS NULL), 0)::bigint AS guests_minor,
       coalesce(sum(p.billed_ml) FILTER (WHERE g.house_purpose IS NOT NULL), 0)::bigint AS house_ml,
       coalesce(sum(p.cost_minor) FILTER (WHERE g.house_purpose IS NOT NULL), 0)::bigint AS house_minor,
       coalesce(sum(p.first_flush_ml), 0)::bigint AS first_flush_ml, coalesce(sum(p.kick_ml), 0)::bigint AS foam_ml
     FROM pours p JOIN guests g ON g.id = p.guest_id
     WHERE p.shift_id = ANY($1::bigint[]) AND p.sync_status IN ('synced', 'reconciled')`,
    [[...shift_ids]],
  );
}

export type ReportCorrections = {
  comped_ml: number;
  comped_minor: number;
  reversed_ml: number;
  reversed_minor: number;
  adjusted_minor: number;
};

/** What was given and put right in these shifts, whichever shift the pours were of. */
export async function reportCorrections(
  sequelize: Sequelize,
  shift_ids: readonly number[],
): Promise<ReportCorrections> {
  return queryOne<ReportCorrections>(
    sequelize,
    `SELECT coalesce(sum(ml) FILTER (WHERE kind = 'comp'), 0)::bigint AS comped_ml,
       coalesce(-sum(amount_minor) FILTER (WHERE kind = 'comp'), 0)::bigint AS comped_minor,
       coalesce(sum(ml) FILTER (WHERE kind = 'reversal'), 0)::bigint AS reversed_ml,
       coalesce(-sum(amount_minor) FILTER (WHERE kind = 'reversal'), 0)::bigint AS reversed_minor,
       coalesce(sum(amount_minor) FILTER (WHERE kind = 'adjustment'), 0)::bigint AS adjusted_minor
     FROM pour_corrections WHERE shift_id = ANY($1::bigint[])`,
    [[...shift_ids]],
  );
}
