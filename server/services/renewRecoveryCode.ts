import { DomainError } from '#domain/errors';
import type { RecoveryCodeAnswer } from '#domain/protocol/staff';
import { inTransaction } from '../db/inTransaction.ts';
import { appendAudit } from './support/appendAudit.ts';
import type { Approver } from './support/approval.ts';
import { by } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { makeRecoveryCode, writeRecoveryCode } from './support/recoveryCode.ts';

/** The paper was lost or seen: a new code, told once, for an engineer who gives their own PIN again. @throws DomainError approval.needed */
export async function renewRecoveryCode(
  deps: Deps,
  actor: Actor,
  approver: Approver,
): Promise<RecoveryCodeAnswer> {
  if (approver.operator_id !== actor.operator_id)
    throw new DomainError('approval.needed', { needs: 'own_pin' });
  const next = await makeRecoveryCode();
  await inTransaction(deps.sequelize, async (unit) => {
    await writeRecoveryCode(unit, next);
    await appendAudit(unit, { action: 'staff.recovery_code_renewed', ...by(actor) });
  });
  return { recovery_code: next.code };
}
