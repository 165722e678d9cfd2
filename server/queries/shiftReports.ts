import type { Sequelize } from 'sequelize';
import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import { zReportWire, xReportWire } from '#domain/protocol/shift';
import type {
  CashSessionWire,
  ShiftReports,
  ShiftRow,
  shiftsListInput,
  ZCsvAnswer,
} from '#domain/protocol/shift';
import { zCsv } from '#domain/shift/zCsv';
import type { XReport } from '#domain/shift/zReport';
import { query } from '../db/query.ts';
import { expectedCash, shiftFigures } from './shiftFigures.ts';
import type { ShiftHead } from './shiftFigures.ts';

type Row = Omit<ShiftRow, 'opened_at' | 'closed_at'> & { opened_at: Date; closed_at: Date | null };

/** The shifts, newest first. */
export async function shiftList(
  sequelize: Sequelize,
  page: z.output<typeof shiftsListInput>,
): Promise<ShiftRow[]> {
  const rows = await query<Row>(
    sequelize,
    `SELECT s.id AS shift_id, s.state, to_char(s.business_date, 'YYYY-MM-DD') AS business_date, s.opened_at, s.closed_at, s.z_number,
       (s.z_report->>'sales_minor')::bigint AS sales_minor, (s.z_report->'cash'->>'difference_minor')::bigint AS difference_minor,
       (SELECT count(*) FROM x_reports x WHERE x.shift_id = s.id) AS x_reports
     FROM shifts s WHERE $1::bigint IS NULL OR s.id < $1 ORDER BY s.id DESC LIMIT $2`,
    [page.before_id, page.limit],
  );
  return rows.map((row) => ({
    ...row,
    opened_at: row.opened_at.toISOString(),
    closed_at: row.closed_at?.toISOString() ?? null,
  }));
}

/** The Z and every X of a shift, as they were taken. @throws DomainError shift.not_found */
export async function shiftReports(sequelize: Sequelize, shift_id: number): Promise<ShiftReports> {
  const [shift] = await query<{ z: unknown }>(sequelize, 'SELECT z_report AS z FROM shifts WHERE id = $1', [
    shift_id,
  ]);
  if (!shift) throw new DomainError('shift.not_found', { shift_id });
  const taken = await query<{ report: unknown }>(
    sequelize,
    'SELECT report FROM x_reports WHERE shift_id = $1 ORDER BY id',
    [shift_id],
  );
  return {
    z: shift.z === null ? null : zReportWire.parse(shift.z),
    x: taken.map(({ report }) => xReportWire.parse(report)),
  };
}

/** The Z of a closed shift as a file. @throws DomainError shift.not_found, also while there is no Z yet */
export async function zFile(sequelize: Sequelize, shift_id: number): Promise<ZCsvAnswer> {
  const { z } = await shiftReports(sequelize, shift_id);
  if (!z) throw new DomainError('shift.not_found', { shift_id });
  return { name: `z-${z.z_number}-${z.business_date}.csv`, csv: zCsv(z) };
}

/** Who has the drawer of this till; null between shifts. */
export async function currentDrawer(sequelize: Sequelize, till_id: number): Promise<CashSessionWire | null> {
  const [row] = await query<Omit<CashSessionWire, 'opened_at'> & { opened_at: Date }>(
    sequelize,
    `SELECT c.id AS cash_session_id, c.operator_id, o.name AS operator_name, c.float_minor, c.opened_at
     FROM cash_sessions c JOIN tills t ON t.drawer_id = c.drawer_id LEFT JOIN operators o ON o.id = c.operator_id
     WHERE t.id = $1 AND c.ended_at IS NULL`,
    [till_id],
  );
  return row ? { ...row, opened_at: row.opened_at.toISOString() } : null;
}

/** An X for the eye: the open shift's figures now, kept nowhere. @throws DomainError shift.closed */
export async function xNow(sequelize: Sequelize, who: { operator_id: number; now: Date }): Promise<XReport> {
  const [shift] = await query<ShiftHead>(
    sequelize,
    `SELECT id AS shift_id, to_char(business_date, 'YYYY-MM-DD') AS business_date, opened_at, opened_by, float_minor
     FROM shifts WHERE state = 'open'`,
  );
  if (!shift) throw new DomainError('shift.closed');
  return {
    ...(await shiftFigures(sequelize, shift)),
    taken_by: who.operator_id,
    taken_at: who.now.toISOString(),
    expected_minor: await expectedCash(sequelize, shift.shift_id),
  };
}
