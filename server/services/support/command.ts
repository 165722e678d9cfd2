import { inTransaction } from '../../db/inTransaction.ts';
import type { Unit } from '../../db/inTransaction.ts';
import type { Actor, Deps } from './deps.ts';
import { idempotent } from './idempotent.ts';

/** An operator's command in one unit of work, done once for each `request_id` however often it is delivered. */
export async function command<Input extends { request_id: string }, Answer extends object>(
  deps: Pick<Deps, 'sequelize'>,
  request: { procedure: string; actor: Actor; input: Input },
  work: (unit: Unit) => Promise<Answer>,
): Promise<Answer> {
  const { actor, input, procedure } = request;
  return inTransaction(deps.sequelize, (unit) =>
    idempotent(
      unit,
      { request_id: input.request_id, procedure, body: { ...input, operator_id: actor.operator_id } },
      () => work(unit),
    ),
  );
}

/** The columns that say who did it, for audit and ledger. */
export function by(actor: Actor): { operator_id: number; till_id: number } {
  return { operator_id: actor.operator_id, till_id: actor.till_id };
}
