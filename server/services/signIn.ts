import type { SignInInput } from '#domain/protocol/access';
import type { SessionWire } from '#domain/protocol/till';
import { inTransaction } from '#server/db/inTransaction';
import { checkPin } from '#server/security/checkPin';
import { openSession } from '#server/security/sessions';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';

/** A session for the operator whose PIN fits. Lock: operator, while the PIN is checked. */
export async function signIn(deps: Deps, input: SignInInput): Promise<SessionWire> {
  const operator = await checkPin(deps, input);
  return inTransaction(deps.sequelize, async (unit) => {
    const { token, till_id } = await openSession(unit, operator.id);
    await appendAudit(unit, { action: 'session.started', operator_id: operator.id, till_id });
    return { token, operator, till_id };
  });
}
