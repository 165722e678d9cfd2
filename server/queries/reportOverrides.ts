import type { Sequelize } from 'sequelize';
import type { OverrideRow, OverrideTotal, ReportWire } from '#domain/protocol/reports';
import type { OverrideKind } from '#domain/report/kinds';
import { query } from '../db/query.ts';
import type { ReportSpan } from './reportSpan.ts';

/** What the trail calls them; corrections of pours and waived taps stand in rows of their own. */
const OF_THE_TRAIL: Readonly<Record<string, OverrideKind>> = {
  'receivable.written_off': 'write_off',
  'visit.force_unlocked': 'force_unlock',
  'visit.limit_raised': 'limit_raised',
  'keg.corrected': 'keg_corrected',
  'guest.money_claimed': 'money_claimed',
  'drawer.opened': 'drawer_opened',
};
const MOST = 500;

const OVERRIDES = `
  SELECT c.created_at AS at, c.kind, c.operator_id, c.approved_by, g.visit_id, c.ml::bigint AS ml, c.amount_minor AS minor, c.reason
  FROM pour_corrections c JOIN grants g ON g.id = c.grant_id WHERE c.shift_id = ANY($1::bigint[])
  UNION ALL
  SELECT s.closed_at, 'waived_tap', s.closed_by, w.approved_by, NULL, NULL, NULL, w.reason
  FROM shifts s, jsonb_to_recordset(coalesce(s.z_report->'waived_taps', '[]')) AS w(approved_by bigint, reason text)
  WHERE s.id = ANY($1::bigint[])
  UNION ALL
  SELECT a.at, $4::jsonb->>a.action, a.operator_id, (a.details->>'approved_by')::bigint, a.visit_id,
    CASE WHEN a.details->>'unit' = 'ml' THEN (a.details->>'extra')::bigint END, (a.details->>'amount_minor')::bigint, a.reason
  FROM audit_events a
  WHERE a.at >= $2 AND a.at < coalesce($3::timestamptz, 'infinity') AND a.action IN (SELECT jsonb_object_keys($4::jsonb))`;

type Row = Omit<OverrideRow, 'at'> & { at: Date };

/** Who decided what beside the rules, and why. */
export async function reportOverrides(
  sequelize: Sequelize,
  { shift_ids, from_at, to_at }: Pick<ReportSpan, 'shift_ids' | 'from_at' | 'to_at'>,
): Promise<ReportWire['overrides']> {
  const bind = [shift_ids, from_at.toISOString(), to_at?.toISOString() ?? null, JSON.stringify(OF_THE_TRAIL)];
  const [totals, rows] = await Promise.all([
    query<OverrideTotal>(
      sequelize,
      `SELECT operator_id, kind, count(*) AS count, coalesce(sum(ml), 0)::bigint AS ml, coalesce(sum(minor), 0)::bigint AS minor
       FROM (${OVERRIDES}) o GROUP BY operator_id, kind ORDER BY operator_id NULLS LAST, kind`,
      bind,
    ),
    query<Row>(sequelize, `${OVERRIDES} ORDER BY at DESC LIMIT ${MOST + 1}`, bind),
  ]);
  return {
    totals,
    rows: rows.slice(0, MOST).map((row) => ({ ...row, at: row.at.toISOString() })),
    more: rows.length > MOST,
  };
}
