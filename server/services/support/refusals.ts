import type { RefusalCode } from '#domain/grant/refusals';
import type { AuthoriseInput, RefusalWire } from '#domain/protocol/node';
import type { TapStatus } from '#domain/tap/statuses';
import { refusalText } from '#domain/texts/refusals';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { appendEvent } from '../../events/append.ts';
import { appendAudit } from './appendAudit.ts';
import type { Deps } from './deps.ts';
import { requestHash } from './requestHash.ts';

/** A card was refused at a tap: what the node, the trail and the screens need to know of it. */
export type Refusal = {
  code: RefusalCode;
  input: AuthoriseInput;
  node_id: number;
  /** null: the till has no such tap */
  tap: { tap_id: number; tap_number: number; status: TapStatus } | null;
  card_id: number | null;
  visit_id: number | null;
  guest_id: number | null;
  /** the other tap of card_in_use_on_other_tap */
  tap_number: number | null;
  /** of insufficient_funds */
  free_minor: number | null;
  currency: string;
};

export function refusalWire(refusal: Refusal): RefusalWire {
  const { code, tap_number, tap, input } = refusal;
  const text = refusalText(code, {
    tap_number,
    balance_minor: refusal.free_minor,
    currency: refusal.currency,
    at_tap_number: tap?.tap_number ?? null,
    card_uid: input.card_uid,
    tap_status: tap?.status ?? null,
  });
  return { code, tap_number, ...text };
}

/** Invariant 13: a refusal is in the trail, and the till hears of it at once. */
export async function recordRefusal(unit: Unit, deps: Deps, refusal: Refusal): Promise<void> {
  const { code, tap, visit_id, guest_id, card_id, input } = refusal;
  const card_key = requestHash(input.card_uid).slice(0, 16);
  const repeated = await tallyRepeat(unit, { code, card_key, tap_id: tap?.tap_id ?? null });
  if (!repeated)
    await appendAudit(unit, {
      action: 'pour.refused',
      node_id: refusal.node_id,
      tap_id: tap?.tap_id,
      visit_id,
      guest_id,
      card_id,
      details: { code, card_key, client_tx_id: input.client_tx_id, other_tap_number: refusal.tap_number },
    });
  const { next_action } = refusalWire(refusal);
  await appendEvent(unit, deps, {
    type: 'tap.refused',
    visit_id,
    guest_id,
    tap_id: tap?.tap_id,
    details: { code, next_action, tap_number: tap?.tap_number ?? 0, visit_id, card_uid: input.card_uid },
  });
}

/** A flapping card is one row of the trail with a count: the same card, tap and code within a minute of the last time. */
async function tallyRepeat(
  unit: Unit,
  same: { code: RefusalCode; card_key: string; tap_id: number | null },
): Promise<boolean> {
  const rows = await query(
    unit,
    `INSERT INTO refusal_repeats (audit_event_id, repeats, last_at)
     SELECT a.id, 1, clock_timestamp() FROM audit_events a LEFT JOIN refusal_repeats r ON r.audit_event_id = a.id
     WHERE a.action = 'pour.refused' AND a.at > now() - interval '10 minutes' AND a.tap_id IS NOT DISTINCT FROM $1::bigint
       AND a.details->>'code' = $2 AND a.details->>'card_key' = $3
       AND coalesce(r.last_at, a.at) > now() - interval '1 minute'
     ORDER BY a.id DESC LIMIT 1
     ON CONFLICT (audit_event_id) DO UPDATE SET repeats = refusal_repeats.repeats + 1, last_at = EXCLUDED.last_at
     RETURNING audit_event_id`,
    [same.tap_id, same.code, same.card_key],
  );
  return rows.length > 0;
}
