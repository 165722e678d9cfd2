import { inTransaction } from '#server/db/inTransaction';
import { endSession } from '#server/security/sessions';
import { appendAudit } from './support/appendAudit.ts';
import type { Actor, Deps } from './support/deps.ts';

/** Ends one session; the operator's others go on. */
export async function signOut(deps: Deps, actor: Actor, token: string): Promise<void> {
  await inTransaction(deps.sequelize, async (unit) => {
    await endSession(unit, token);
    const { operator_id, till_id } = actor;
    await appendAudit(unit, { action: 'session.ended', operator_id, till_id });
  });
}
