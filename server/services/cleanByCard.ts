import type { CleanAnswer, CleanInput } from '#domain/protocol/node';
import { inTransaction } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { appendAudit } from './support/appendAudit.ts';
import { beginCleaning, finishCleaning } from './support/cleaning.ts';
import type { Deps } from './support/deps.ts';
import { IS_STAFF_CARD } from './support/gateReads.ts';
import { idempotent } from './support/idempotent.ts';
import { pourMayRun } from './support/kegOnTap.ts';
import { lockTapStatus } from './support/tapStatus.ts';

const BY_CARD = 'By card at the tap';

type Asked = { node_id: number; input: CleanInput };

/**
 * A card of the staff, laid on a tap, begins or ends its cleaning. What flows meanwhile is booked as cleaning and comes from
 * no keg: the line is on the cleaner's can. Again is no change. Locks: request key → tap.
 */
export async function cleanByCard(
  deps: Deps,
  node: { node_id: number },
  input: CleanInput,
): Promise<CleanAnswer> {
  const asked = { ...node, input };
  const request = { request_id: input.client_tx_id, procedure: 'node.clean', body: asked };
  return inTransaction(deps.sequelize, (unit) => idempotent(unit, request, () => clean(unit, deps, asked)));
}

async function clean(unit: Unit, deps: Deps, { node_id, input }: Asked): Promise<CleanAnswer> {
  const { tap_id, act } = input;
  const operator_id = await staffAt(unit, { node_id, input });
  if (operator_id === null) {
    await appendAudit(unit, {
      action: 'security.cleaning_refused',
      node_id,
      details: { named_tap_id: tap_id },
    });
    return { outcome: 'refused' };
  }
  const actor = { operator_id, node_id };
  const { status } = await lockTapStatus(unit, tap_id);
  if (act === 'end') {
    await finishCleaning(unit, deps, { tap_id, then: 'selling', actor });
    return { outcome: 'ended' };
  }
  if (status === 'cleaning') return { outcome: 'started' };
  if (status !== 'selling' || (await pourMayRun(unit, tap_id))) return { outcome: 'refused' };
  await beginCleaning(unit, deps, {
    tap_id,
    reason: BY_CARD,
    circulated: true,
    cleaned_by: operator_id,
    actor,
  });
  return { outcome: 'started' };
}

/** Whose card it is, if it is one of the staff and this node speaks for the tap. */
async function staffAt(unit: Unit, { node_id, input }: Asked): Promise<number | null> {
  const [staff] = await query<{ operator_id: number }>(
    unit,
    `SELECT o.id AS operator_id FROM operators o JOIN cards c ON c.id = o.card_id, taps t JOIN nodes n ON n.id = t.node_id
     WHERE c.uid = $1 AND ${IS_STAFF_CARD} AND t.id = $2 AND n.id = $3 AND n.state = 'active'`,
    [input.card_uid, input.tap_id, node_id],
  );
  return staff?.operator_id ?? null;
}
