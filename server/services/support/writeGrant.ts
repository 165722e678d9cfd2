import type { AuthoriseDecision, Waived } from '#domain/grant/decideAuthorise';
import { nextShortId } from '#domain/grant/shortId';
import type { AuthoriseInput, RefusalWire } from '#domain/protocol/node';
import type { Unit } from '../../db/inTransaction.ts';
import { send } from '../../db/query.ts';
import { appendAudit } from './appendAudit.ts';
import { authoriseHash } from './authoriseHash.ts';
import type { Deps } from './deps.ts';
import type { Gates } from './grantGates.ts';
import { openGrantOfVisit } from './grantRow.ts';
import type { GrantRow } from './grantRow.ts';
import { makePourPending, orphanGrant, tellGrantMoved } from './moveGrant.ts';
import type { Settings } from './settings.ts';

export type Asked = { node_id: number; input: AuthoriseInput; settings: Settings };
/** A decision that may be granted and has everything that a grant names. */
export type Grantable = Gates &
  Required<{ [Key in 'tap' | 'keg' | 'visit']: NonNullable<Gates[Key]> }> & {
    shift_id: number;
    card_id: number;
  };

export function isGrantable(gates: Gates): gates is Grantable {
  return !!gates.tap && !!gates.keg && !!gates.visit && gates.shift_id !== null && gates.card_id !== null;
}

/** H31: unique in the visit and among all unsettled grants. The caller holds the tap. */
export async function takeShortId(unit: Unit, { tap, codes_taken }: Grantable): Promise<string | undefined> {
  const next = nextShortId({ number: tap.tap_number, counter: tap.counter }, codes_taken);
  if (!next) return undefined;
  await send(unit, 'UPDATE taps SET short_code_counter = $2 WHERE id = $1', [tap.tap_id, next.counter]);
  return next.short_id;
}

/** Attempt, lock and grant, in the unit that has found every gate open. */
export async function writeGrant(
  unit: Unit,
  deps: Deps,
  by: {
    asked: Asked;
    gates: Grantable;
    decision: AuthoriseDecision & { outcome: 'granted' };
    short_id: string;
  },
): Promise<GrantRow> {
  const { asked, gates, decision } = by;
  const created_at = deps.clock.now();
  const { visit_id } = gates.visit;
  if (decision.waived.includes('card_in_use_on_other_tap')) await orphanEarlier(unit, deps, visit_id);
  await insertAttempt(unit, asked, 'granted', null);
  const epoch = gates.visit.lock_epoch + 1;
  await send(
    unit,
    `UPDATE visits SET active_tap_id = $2, lock_set_at = $3, lock_epoch = $4, version = version + 1 WHERE id = $1`,
    [visit_id, gates.tap.tap_id, created_at.toISOString(), epoch],
  );
  const grant: GrantRow = {
    ...gates.keg,
    ...gates.tap,
    id: deps.random.uuid(),
    client_tx_id: asked.input.client_tx_id,
    node_id: asked.node_id,
    visit_id,
    guest_id: gates.visit.guest_id,
    card_id: gates.card_id,
    shift_id: gates.shift_id,
    epoch,
    short_id: by.short_id,
    limit_ml: decision.limit_ml,
    limit_minor: decision.limit_minor,
    overshoot_ml: gates.facts.tap.overshoot_ml,
    state: 'open',
    lease_over: false,
    created_at,
  };
  await insertGrant(unit, grant);
  await tellGrantMoved(unit, deps, grant);
  await auditGrant(unit, grant, decision.waived);
  unit.afterCommit(() => deps.leases.start(grant.id, asked.settings.pour.lease_ms));
  return grant;
}

async function insertGrant(unit: Unit, grant: GrantRow): Promise<void> {
  await send(
    unit,
    `INSERT INTO grants (id, client_tx_id, node_id, tap_id, visit_id, guest_id, card_id, keg_id, beverage_id, shift_id, epoch, short_id,
       price_minor_per_litre, limit_ml, limit_minor, overshoot_ml, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      grant.id,
      grant.client_tx_id,
      grant.node_id,
      grant.tap_id,
      grant.visit_id,
      grant.guest_id,
      grant.card_id,
      grant.keg_id,
      grant.beverage_id,
      grant.shift_id,
      grant.epoch,
      grant.short_id,
      grant.price_minor_per_litre,
      grant.limit_ml,
      grant.limit_minor,
      grant.overshoot_ml,
      grant.created_at.toISOString(),
    ],
  );
}

/** FF_ACTIVE_TAP_LOCK off: the earlier pour goes on and stays reserved; the lock is the newer grant's. */
async function orphanEarlier(unit: Unit, deps: Deps, visit_id: number): Promise<void> {
  const earlier = await openGrantOfVisit(unit, visit_id);
  if (!earlier) return;
  await orphanGrant(unit, earlier);
  await makePourPending(unit, earlier);
  await tellGrantMoved(unit, deps, earlier);
}

async function auditGrant(unit: Unit, grant: GrantRow, waived: readonly Waived[]): Promise<void> {
  const { visit_id, guest_id, tap_id, node_id, card_id, id: grant_id } = grant;
  const who = { visit_id, guest_id, tap_id, node_id, card_id, grant_id };
  await appendAudit(unit, { action: 'grant.given', ...who, details: { limit_ml: grant.limit_ml } });
  for (const what of waived)
    await appendAudit(unit, { action: 'flag.waived', ...who, details: { code: what } });
}

export async function insertAttempt(
  unit: Unit,
  { node_id, input }: Asked,
  outcome: 'granted' | 'refused',
  refusal: RefusalWire | null,
): Promise<void> {
  await send(
    unit,
    `INSERT INTO attempts (client_tx_id, node_id, tap_id, card_uid, boot_id, request_hash, outcome, refusal, presentation)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9)`,
    [
      input.client_tx_id,
      node_id,
      input.tap_id,
      input.card_uid,
      input.boot_id,
      authoriseHash(input),
      outcome,
      refusal === null ? null : JSON.stringify(refusal),
      input.presentation ?? null,
    ],
  );
}
