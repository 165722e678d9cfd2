import type { CreateTapInput, TapWire } from '#domain/protocol/equipment';
import { inTransaction } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { appendEvent } from '../events/append.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';

/** Adds the tap with this number; if it is there already, it is the answer: the number is the key. */
export async function createTap(deps: Deps, actor: Actor, input: CreateTapInput): Promise<TapWire> {
  return inTransaction(deps.sequelize, async (unit) => {
    const made = await query<{ id: number }>(
      unit,
      'INSERT INTO taps (number) VALUES ($1) ON CONFLICT (number) DO NOTHING RETURNING id',
      [input.number],
    );
    const tap = await queryOne<TapWire>(unit, 'SELECT id AS tap_id, number FROM taps WHERE number = $1', [
      input.number,
    ]);
    if (made.length > 0) {
      await appendAudit(unit, { action: 'tap.created', ...by(actor), tap_id: tap.tap_id });
      await appendEvent(unit, deps, { type: 'tap.changed', tap_id: tap.tap_id });
    }
    return tap;
  });
}
