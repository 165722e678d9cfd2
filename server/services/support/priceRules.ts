import type { Sequelize } from 'sequelize';
import { DomainError } from '#domain/errors';
import type { PriceRule } from '#domain/price/rules';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import type { Actor, Deps } from './deps.ts';

/** As the table's checks have it: the figure of its kind, and only that. */
export type PriceRuleRow = Omit<PriceRule, 'kind' | 'percent_off' | 'price_minor_per_litre'> & {
  kind: PriceRule['kind'];
  percent_off: number | null;
  price_minor_per_litre: number | null;
};

/** Every rule in force. There are a handful; which of them applies is a pure question. */
export async function readPriceRules(where: Unit | Sequelize): Promise<PriceRule[]> {
  const rows = await query<PriceRuleRow>(
    where,
    `SELECT beverage_id, to_jsonb(weekdays) AS weekdays, from_minute, until_minute, kind, percent_off, price_minor_per_litre, staff_only
     FROM price_rules WHERE removed_at IS NULL ORDER BY id`,
  );
  return rows.map(ruleOf);
}

export function ruleOf({ percent_off, price_minor_per_litre, kind, ...rule }: PriceRuleRow): PriceRule {
  if (kind === 'percent') return { ...rule, kind, percent_off: percent_off ?? 0 };
  return { ...rule, kind, price_minor_per_litre: price_minor_per_litre ?? Number.MAX_SAFE_INTEGER };
}

/** @throws DomainError price.rule_not_found: never was, or is removed */
export async function endPriceRule(
  unit: Unit,
  deps: Deps,
  end: { rule_id: number; actor: Actor },
): Promise<{ beverage_id: number | null }> {
  const [rule] = await query<{ beverage_id: number | null }>(
    unit,
    `UPDATE price_rules SET removed_at = $2, removed_by = $3 WHERE id = $1 AND removed_at IS NULL RETURNING beverage_id`,
    [end.rule_id, deps.clock.now().toISOString(), end.actor.operator_id],
  );
  if (!rule) throw new DomainError('price.rule_not_found', { rule_id: end.rule_id });
  return rule;
}

/** Screens look again, and the nodes of the taps concerned hear their new price. */
export async function tellPricesChanged(unit: Unit, deps: Deps, beverage_id: number | null): Promise<void> {
  const taps = await query<{ tap_id: number }>(
    unit,
    `SELECT t.id AS tap_id FROM taps t JOIN kegs k ON k.id = t.keg_id WHERE $1::bigint IS NULL OR k.beverage_id = $1 ORDER BY t.id`,
    [beverage_id],
  );
  for (const { tap_id } of taps)
    await appendEvent(unit, deps, { type: 'tap.changed', tap_id, details: { what: 'price' } });
}
