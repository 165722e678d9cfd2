import { DomainError } from '#domain/errors';
import type { CardFoundInput } from '#domain/protocol/cards';
import { query } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';

type Report = { card_id: number; visit_id: number | null };

/**
 * A lost card lies on the counter again: its report ends and it goes back to the pool. A report that has ended already
 * stays as it is. Locks: card → report. @throws DomainError input.invalid
 */
export async function cardFound(
  deps: Deps,
  actor: Actor,
  input: CardFoundInput,
): Promise<{ lost_id: number }> {
  const { lost_id } = input;
  return command(deps, { procedure: 'card.found', actor, input }, async (unit) => {
    const [report] = await query<Report>(
      unit,
      `SELECT c.id AS card_id, l.visit_id FROM lost_cards l JOIN cards c ON c.id = l.card_id WHERE l.id = $1
       FOR NO KEY UPDATE OF c`,
      [lost_id],
    );
    if (!report) throw new DomainError('input.invalid', { path: 'lost_id', problem: 'unknown' });
    const { card_id, visit_id } = report;
    const ended = await query(
      unit,
      'UPDATE lost_cards SET found_at = $2, found_by = $3 WHERE id = $1 AND found_at IS NULL RETURNING id',
      [lost_id, deps.clock.now().toISOString(), actor.operator_id],
    );
    if (ended.length === 0) return { lost_id };
    await query(unit, `UPDATE cards SET state = 'available' WHERE id = $1 AND state = 'lost'`, [card_id]);
    await appendAudit(unit, { action: 'card.found', ...by(actor), visit_id, card_id, details: { lost_id } });
    await appendEvent(unit, deps, { type: 'card.changed', details: { card_id, state: 'available' } });
    return { lost_id };
  });
}
