import { DomainError } from '#domain/errors';
import type { OperatorWire } from '#domain/protocol/till';
import type { Role } from '#domain/staff/roles';
import { inTransaction, type Unit } from '#server/db/inTransaction';
import { query } from '#server/db/query';
import { appendAudit } from '#server/services/support/appendAudit';
import type { Deps } from '#server/services/support/deps';
import { pinFits, UNKNOWN } from './pin.ts';

export const PIN_TRIES = 5;

interface OperatorRow {
  id: number;
  name: string;
  role: Role;
  pin_hash: string;
  pin_failures: number;
  locked: boolean;
}

/**
 * The operator whose PIN this is. Guesses at one operator wait for each other on the row, so that many at once are still
 * five; the fifth wrong one locks. What failed is counted and audited, and only then thrown. Lock: operator.
 * @throws DomainError session.wrong_pin, session.locked
 */
export async function checkPin(
  deps: Deps,
  asked: { operator_id: number; pin: string },
): Promise<OperatorWire> {
  const result = await inTransaction(deps.sequelize, async (unit) => {
    const [operator] = await query<OperatorRow>(
      unit,
      `SELECT id, name, role, pin_hash, pin_failures, locked_at IS NOT NULL AS locked
       FROM operators WHERE id = $1 AND active FOR NO KEY UPDATE`,
      [asked.operator_id],
    );
    if (operator?.locked) return refused(unit, operator, 'session.refused_locked');
    const fits = await pinFits(asked.pin, operator?.pin_hash ?? UNKNOWN);
    if (!operator) return new DomainError('session.wrong_pin');
    return fits ? accepted(unit, operator) : failed(unit, operator);
  });
  if (result instanceof DomainError) throw result;
  return result;
}

async function accepted(unit: Unit, { id, name, role, pin_failures }: OperatorRow): Promise<OperatorWire> {
  if (pin_failures > 0) await query(unit, 'UPDATE operators SET pin_failures = 0 WHERE id = $1', [id]);
  return { id, name, role };
}

async function failed(unit: Unit, operator: OperatorRow): Promise<DomainError> {
  const failures = operator.pin_failures + 1;
  const locks = failures >= PIN_TRIES;
  await query(
    unit,
    'UPDATE operators SET pin_failures = $2, locked_at = CASE WHEN $3 THEN now() END WHERE id = $1',
    [operator.id, failures, locks],
  );
  if (locks) return refused(unit, operator, 'session.locked');
  await appendAudit(unit, { action: 'session.wrong_pin', operator_id: operator.id, details: { failures } });
  return new DomainError('session.wrong_pin', { attempts_left: PIN_TRIES - failures });
}

async function refused(unit: Unit, operator: OperatorRow, action: string): Promise<DomainError> {
  await appendAudit(unit, { action, operator_id: operator.id });
  return new DomainError('session.locked');
}
