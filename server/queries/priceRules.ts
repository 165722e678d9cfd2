import type { Sequelize } from 'sequelize';
import { isOn } from '#domain/price/rules';
import type { PriceRule } from '#domain/price/rules';
import type { PriceRuleWire } from '#domain/protocol/prices';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import type { Deps } from '../services/support/deps.ts';
import { ruleOf } from '../services/support/priceRules.ts';
import type { PriceRuleRow } from '../services/support/priceRules.ts';
import { readSettings } from '../services/support/settings.ts';

type Row = PriceRuleRow & { rule_id: number; name: string; beverage: string | null };

const RULES = `
  SELECT r.id AS rule_id, r.name, r.beverage_id, b.name AS beverage, to_jsonb(r.weekdays) AS weekdays, r.from_minute, r.until_minute,
    r.kind, r.percent_off, r.price_minor_per_litre, r.staff_only
  FROM price_rules r LEFT JOIN beverages b ON b.id = r.beverage_id`;

/** The rules in force, as they were entered. */
export async function priceRuleList(deps: Pick<Deps, 'sequelize' | 'clock'>): Promise<PriceRuleWire[]> {
  const rows = await query<Row>(deps.sequelize, `${RULES} WHERE r.removed_at IS NULL ORDER BY r.id`);
  return present(deps.sequelize, deps, rows);
}

export async function priceRuleById(
  unit: Unit,
  deps: Pick<Deps, 'clock'>,
  rule_id: number,
): Promise<PriceRuleWire> {
  const row = await queryOne<Row>(unit, `${RULES} WHERE r.id = $1`, [rule_id]);
  const [rule] = await present(unit, deps, [row]);
  if (!rule) throw new Error(`Price rule ${rule_id} was written and is not there.`);
  return rule;
}

async function present(
  where: Unit | Sequelize,
  deps: Pick<Deps, 'clock'>,
  rows: readonly Row[],
): Promise<PriceRuleWire[]> {
  const { bar } = await readSettings(where);
  const moment = { at: deps.clock.now(), time_zone: bar.time_zone };
  return rows.map(({ rule_id, name, beverage, ...row }) => {
    const rule = ruleOf(row);
    const { beverage_id, weekdays, from_minute, until_minute, staff_only } = rule;
    const times = { weekdays: [...weekdays], from_minute, until_minute, staff_only };
    const on_now = isOn(rule, moment);
    return { rule_id, name, beverage_id, beverage, ...times, effect: effectOf(rule), on_now };
  });
}

function effectOf(rule: PriceRule): PriceRuleWire['effect'] {
  if (rule.kind === 'percent') return { kind: 'percent', percent_off: rule.percent_off };
  return { kind: 'price', price_minor_per_litre: rule.price_minor_per_litre };
}
