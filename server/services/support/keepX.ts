import type { XReport } from '#domain/shift/zReport';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { expectedCash, shiftFigures } from '../../queries/shiftFigures.ts';
import type { ShiftHead } from '../../queries/shiftFigures.ts';

/** Takes an X of the open shift and keeps it as it was. */
export async function keepX(
  unit: Unit,
  shift: ShiftHead,
  { taken_by, taken_at }: { taken_by: number; taken_at: Date },
): Promise<XReport> {
  const report: XReport = {
    ...(await shiftFigures(unit, shift)),
    taken_by,
    taken_at: taken_at.toISOString(),
    expected_minor: await expectedCash(unit, shift.shift_id),
  };
  await query(
    unit,
    'INSERT INTO x_reports (shift_id, taken_by, taken_at, report) VALUES ($1, $2, $3, $4::jsonb)',
    [shift.shift_id, taken_by, taken_at, JSON.stringify(report)],
  );
  return report;
}
