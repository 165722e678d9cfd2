import { DomainError } from '#domain/errors';
import type { PriceRuleWire, SetPriceRuleInput } from '#domain/protocol/prices';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { priceRuleById } from '../queries/priceRules.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { endPriceRule, tellPricesChanged } from './support/priceRules.ts';

/**
 * A happy hour or a staff price, new or in the place of another. Grants that are out keep the price that they were given.
 * Lock: request key → the replaced rule. @throws DomainError price.rule_not_found, input.invalid
 */
export async function setPriceRule(
  deps: Deps,
  actor: Actor,
  input: SetPriceRuleInput,
): Promise<PriceRuleWire> {
  return command(deps, { procedure: 'price.set', actor, input }, async (unit) => {
    if (input.replaces !== null) await endPriceRule(unit, deps, { rule_id: input.replaces, actor });
    const rule_id = await insert(unit, deps, { actor, input });
    const { reason, request_id: _, ...details } = input;
    await appendAudit(unit, {
      action: 'price.rule_set',
      ...by(actor),
      reason,
      details: { rule_id, ...details },
    });
    await tellPricesChanged(unit, deps, input.beverage_id);
    return priceRuleById(unit, deps, rule_id);
  });
}

async function insert(
  unit: Unit,
  deps: Deps,
  { actor, input }: { actor: Actor; input: SetPriceRuleInput },
): Promise<number> {
  const { beverage_id, effect } = input;
  if (beverage_id !== null) {
    const known = await query(unit, 'SELECT 1 FROM beverages WHERE id = $1', [beverage_id]);
    if (known.length === 0)
      throw new DomainError('input.invalid', { path: 'beverage_id', problem: 'unknown' });
  }
  const { id } = await queryOne<{ id: number }>(
    unit,
    `INSERT INTO price_rules (name, beverage_id, weekdays, from_minute, until_minute, kind, percent_off, price_minor_per_litre, staff_only,
       created_at, created_by)
     VALUES ($1, $2, $3::smallint[], $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
    [
      input.name,
      beverage_id,
      [...input.weekdays].sort((a, b) => a - b),
      input.from_minute,
      input.until_minute,
      effect.kind,
      effect.kind === 'percent' ? effect.percent_off : null,
      effect.kind === 'price' ? effect.price_minor_per_litre : null,
      input.staff_only,
      deps.clock.now().toISOString(),
      actor.operator_id,
    ],
  );
  return id;
}
