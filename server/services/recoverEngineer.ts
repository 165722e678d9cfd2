import { DomainError } from '#domain/errors';
import type { RecoverAnswer, RecoverInput } from '#domain/protocol/staff';
import { hashPin, pinFits, UNKNOWN } from '#server/security/pin';
import { openSession } from '#server/security/sessions';
import { inTransaction } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { makeRecoveryCode, writeRecoveryCode } from './support/recoveryCode.ts';
import { endSessionsOf } from './support/staff.ts';

/**
 * The last engineer's PIN is lost: the printed code gives an engineer a new one. It works once; its successor is told. In the
 * trail, and on the next Z. Locks: the setting's row → operator. What failed is audited and only then thrown.
 * @throws DomainError recovery.code_wrong, staff.not_found
 */
export async function recoverEngineer(deps: Deps, input: RecoverInput): Promise<RecoverAnswer> {
  const pin_hash = await hashPin(input.pin);
  const next = await makeRecoveryCode();
  const result = await inTransaction(deps.sequelize, async (unit) => {
    if (!(await codeFits(unit, input.code))) {
      await appendAudit(unit, { action: 'staff.recovery_refused' });
      return new DomainError('recovery.code_wrong');
    }
    const [engineer] = await query<{ id: number; name: string }>(
      unit,
      `SELECT id, name FROM operators WHERE id = $1 AND active AND role = 'engineer' FOR NO KEY UPDATE`,
      [input.operator_id],
    );
    if (!engineer) return new DomainError('staff.not_found', { operator_id: input.operator_id });
    await query(
      unit,
      'UPDATE operators SET pin_hash = $2, pin_failures = 0, locked_at = NULL WHERE id = $1',
      [engineer.id, pin_hash],
    );
    await endSessionsOf(unit, engineer.id);
    await writeRecoveryCode(unit, next);
    const session = await openSession(unit, engineer.id);
    await appendAudit(unit, {
      action: 'staff.recovered',
      operator_id: engineer.id,
      till_id: session.till_id,
    });
    return {
      recovery_code: next.code,
      session: { ...session, operator: { ...engineer, role: 'engineer' as const } },
    };
  });
  if (result instanceof DomainError) throw result;
  return result;
}

/** As read from paper: letters of either case, with or without gaps. */
async function codeFits(unit: Unit, typed: string): Promise<boolean> {
  const { hash } = await queryOne<{ hash: string | null }>(
    unit,
    `SELECT (SELECT value->>'hash' FROM settings WHERE key = 'recovery' FOR NO KEY UPDATE) AS hash`,
  );
  return pinFits(typed.toUpperCase().replace(/[\s-]/g, ''), hash ?? UNKNOWN);
}
