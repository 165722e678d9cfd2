import type { Unit } from '../../db/inTransaction.ts';
import { appendAudit } from './appendAudit.ts';
import type { Deps } from './deps.ts';
import type { GrantRow } from './grantRow.ts';
import { endGrant, freeTap, tellGrantMoved, voidPendingPour } from './moveGrant.ts';

/** The valve of this grant never opened and never will: what it reserved is free. The caller holds owner, tap and grant. */
export async function releaseGrant(
  unit: Unit,
  deps: Deps,
  by: { grant: GrantRow; why: 'cancelled' | 'disowned' },
): Promise<void> {
  const { grant, why } = by;
  await voidPendingPour(unit, grant.id);
  await endGrant(unit, deps, { grant, to: 'released' });
  await freeTap(unit, grant.tap_id);
  const { visit_id, guest_id, tap_id, node_id, id: grant_id } = grant;
  await appendAudit(unit, {
    action: 'grant.released',
    visit_id,
    guest_id,
    tap_id,
    node_id,
    grant_id,
    details: { why },
  });
  await tellGrantMoved(unit, deps, grant);
}
