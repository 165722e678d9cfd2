import { DomainError } from '#domain/errors';
import type { CalibrateInput, CalibrationWire } from '#domain/protocol/taps';
import { decideCalibration, MAX_SPREAD_PERMILLE } from '#domain/tap/calibration';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { calibrationOf } from '../queries/calibrations.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { lockTap } from './support/locks.ts';

/**
 * A new version from three measured pours, pushed to the tap's node. Pours that were counted with an older version keep it.
 * Locks: request key → tap. @throws DomainError tap.not_found, calibration.spread, calibration.out_of_range
 */
export async function calibrateTap(
  deps: Deps,
  actor: Actor,
  input: CalibrateInput,
): Promise<CalibrationWire> {
  return command(deps, { procedure: 'tap.calibrate', actor, input }, async (unit) => {
    const { tap_id, measured } = input;
    const decision = decideCalibration(measured);
    const { effect, spread_permille } = decision;
    if (effect === 'refuse')
      throw new DomainError(decision.code, { spread_permille, limit_permille: MAX_SPREAD_PERMILLE });
    const { pulses_per_litre } = decision;
    const [known] = await query(unit, 'SELECT id FROM taps WHERE id = $1', [tap_id]);
    if (!known) throw new DomainError('tap.not_found', { tap_id });
    await lockTap(unit, tap_id);
    const { version } = await queryOne<{ version: number }>(
      unit,
      `UPDATE taps SET pulses_per_litre = $2, calibration_version = calibration_version + 1 WHERE id = $1
       RETURNING calibration_version AS version`,
      [tap_id, pulses_per_litre],
    );
    await query(
      unit,
      `INSERT INTO tap_calibrations (tap_id, version, pulses_per_litre, spread_permille, measured, calibrated_by, calibrated_at)
       VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7)`,
      [
        tap_id,
        version,
        pulses_per_litre,
        spread_permille,
        JSON.stringify(measured),
        actor.operator_id,
        deps.clock.now().toISOString(),
      ],
    );
    const details = { version, pulses_per_litre, spread_permille };
    await appendAudit(unit, { action: 'tap.calibrated', ...by(actor), tap_id, details });
    await appendEvent(unit, deps, { type: 'tap.changed', tap_id, details: { what: 'calibration', version } });
    return calibrationOf(unit, tap_id, version);
  });
}
