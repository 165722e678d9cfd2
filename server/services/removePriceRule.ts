import type { RemovePriceRuleInput, RuleRemoved } from '#domain/protocol/prices';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { endPriceRule, tellPricesChanged } from './support/priceRules.ts';

/** From now on the rule is not in force. Lock: request key → rule. @throws DomainError price.rule_not_found */
export async function removePriceRule(
  deps: Deps,
  actor: Actor,
  input: RemovePriceRuleInput,
): Promise<RuleRemoved> {
  return command(deps, { procedure: 'price.remove', actor, input }, async (unit) => {
    const { rule_id, reason } = input;
    const { beverage_id } = await endPriceRule(unit, deps, { rule_id, actor });
    await appendAudit(unit, { action: 'price.rule_removed', ...by(actor), reason, details: { rule_id } });
    await tellPricesChanged(unit, deps, beverage_id);
    return { rule_id };
  });
}
