import type { BeverageWire, CreateBeverageInput } from '#domain/protocol/equipment';
import { appendEvent } from '../events/append.ts';
import { queryOne } from '../db/query.ts';
import { beverageById } from '../queries/kegs.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';

/** What is sold, with its price; a grant freezes the price of its moment. */
export async function createBeverage(
  deps: Deps,
  actor: Actor,
  input: CreateBeverageInput,
): Promise<BeverageWire> {
  return command(deps, { procedure: 'beverage.create', actor, input }, async (unit) => {
    const { name, style, abv_permille, price_minor_per_litre } = input;
    const { id } = await queryOne<{ id: number }>(
      unit,
      'INSERT INTO beverages (name, style, abv_permille, price_minor_per_litre) VALUES ($1, $2, $3, $4) RETURNING id',
      [name, style, abv_permille, price_minor_per_litre],
    );
    await appendAudit(unit, {
      action: 'beverage.created',
      ...by(actor),
      details: { beverage_id: id, price_minor_per_litre },
    });
    await appendEvent(unit, deps, { type: 'tap.changed', details: { beverage_id: id } });
    return beverageById(unit, id);
  });
}
