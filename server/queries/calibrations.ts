import type { Sequelize } from 'sequelize';
import type { CalibrationWire } from '#domain/protocol/taps';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';

type Row = Omit<CalibrationWire, 'calibrated_at'> & { calibrated_at: Date };

const CALIBRATIONS =
  'SELECT tap_id, version, pulses_per_litre, spread_permille, calibrated_by, calibrated_at FROM tap_calibrations';

const present = (row: Row): CalibrationWire => ({ ...row, calibrated_at: row.calibrated_at.toISOString() });

export async function calibrationOf(unit: Unit, tap_id: number, version: number): Promise<CalibrationWire> {
  const sql = `${CALIBRATIONS} WHERE tap_id = $1 AND version = $2`;
  return present(await queryOne<Row>(unit, sql, [tap_id, version]));
}

/** Every calibration that the tap ever had, the latest first. */
export async function calibrationsOf(sequelize: Sequelize, tap_id: number): Promise<CalibrationWire[]> {
  const rows = await query<Row>(sequelize, `${CALIBRATIONS} WHERE tap_id = $1 ORDER BY version DESC`, [
    tap_id,
  ]);
  return rows.map(present);
}
