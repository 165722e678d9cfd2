import { decideAuthorise } from '#domain/grant/decideAuthorise';
import type { AuthoriseDecision, Waived } from '#domain/grant/decideAuthorise';
import { nextShortId } from '#domain/grant/shortId';
import type { AuthoriseAnswer, AuthoriseInput, RefusalWire } from '#domain/protocol/node';
import { inTransaction } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { faultPoint } from '../testing/faultPoints.ts';
import { answerAgain, throwConflict } from './support/answerAgain.ts';
import { appendAudit } from './support/appendAudit.ts';
import { authoriseHash } from './support/authoriseHash.ts';
import type { Deps } from './support/deps.ts';
import { readFlags } from './support/flags.ts';
import { findGrant, openGrantOfVisit } from './support/grantRow.ts';
import type { GrantRow } from './support/grantRow.ts';
import { grantWire } from './support/grantWire.ts';
import { loadGates } from './support/grantGates.ts';
import type { Gates } from './support/grantGates.ts';
import { lockAttempt } from './support/locks.ts';
import { makePourPending, orphanGrant, tellGrantMoved } from './support/moveGrant.ts';
import { recordRefusal, refusalWire } from './support/refusals.ts';
import type { Refusal } from './support/refusals.ts';
import { readSettings } from './support/settings.ts';
import type { Settings } from './support/settings.ts';

type Asked = { node_id: number; input: AuthoriseInput; settings: Settings };
/** A decision that may be granted and has everything that a grant names. */
type Grantable = Gates &
  Required<{ [Key in 'tap' | 'keg' | 'visit']: NonNullable<Gates[Key]> }> & {
    shift_id: number;
    card_id: number;
  };

const LOOKS = 8;

/**
 * May this card pour at this tap? A grant or a refusal, never an exception for what guests do every day. The same question
 * again gets the same answer while it may still be used. @throws DomainError request.conflict: same client_tx_id, other body
 * Locks: attempt → shift (shared) → guest account → visit → card → tap → grant.
 */
export async function authorisePour(
  deps: Deps,
  node: { node_id: number },
  input: AuthoriseInput,
): Promise<AuthoriseAnswer> {
  for (let look = 1; look <= LOOKS; look++) {
    const answer = await inTransaction(deps.sequelize, (unit) =>
      authoriseOnce(unit, deps, { ...node, input }),
    );
    if (answer === 'look_again') continue;
    faultPoint('authorise.after_commit');
    return answer === 'conflict' ? throwConflict(input) : answer;
  }
  throw new Error(
    `The card of attempt ${input.client_tx_id} changed hands ${LOOKS} times while it was looked at.`,
  );
}

async function authoriseOnce(
  unit: Unit,
  deps: Deps,
  asked: { node_id: number; input: AuthoriseInput },
): Promise<AuthoriseAnswer | 'conflict' | 'look_again'> {
  const { node_id, input } = asked;
  await lockAttempt(unit, input.client_tx_id);
  const flags = await readFlags(unit, deps);
  const settings = await readSettings(unit);
  const again = await answerAgain(unit, deps, { node_id, input, flags, settings });
  if (again) return again;
  const gates = await loadGates(unit, deps, { asking: { node_id, ...input }, flags, settings });
  if (!gates) return 'look_again';
  const decision = decideAuthorise(gates.facts);
  const answer = await carryOut(unit, deps, { asked: { node_id, input, settings }, gates, decision });
  faultPoint('authorise.before_commit');
  return answer;
}

async function carryOut(
  unit: Unit,
  deps: Deps,
  by: { asked: Asked; gates: Gates; decision: AuthoriseDecision },
): Promise<AuthoriseAnswer> {
  const { asked, gates, decision } = by;
  if (decision.outcome === 'refused') return refuse(unit, deps, { asked, gates, decision });
  const code = isGrantable(gates) ? await takeShortId(unit, gates) : undefined;
  if (!isGrantable(gates) || !code)
    // A thousand codes of one tap in one visit, or a gate that let nothing through: the tap cannot serve this card.
    return refuse(unit, deps, {
      asked,
      gates,
      decision: { outcome: 'refused', code: 'tap_unavailable', tap_number: null, free_minor: null },
    });
  const grant = await writeGrant(unit, deps, { asked, gates, decision, short_id: code });
  const wire = await grantWire(unit, deps, { grant, settings: asked.settings });
  return { outcome: 'granted', grant: wire };
}

function isGrantable(gates: Gates): gates is Grantable {
  return !!gates.tap && !!gates.keg && !!gates.visit && gates.shift_id !== null && gates.card_id !== null;
}

/** H31: unique in the visit and among all unsettled grants. The caller holds the tap. */
async function takeShortId(unit: Unit, { tap, visit }: Grantable): Promise<string | undefined> {
  const rows = await query<{ short_id: string }>(
    unit,
    `SELECT short_id FROM grants WHERE visit_id = $1 UNION SELECT short_id FROM grants WHERE state IN ('open', 'orphaned')`,
    [visit.visit_id],
  );
  const taken = new Set(rows.map((row) => row.short_id));
  const next = nextShortId({ number: tap.tap_number, counter: tap.counter }, taken);
  if (!next) return undefined;
  await query(unit, 'UPDATE taps SET short_code_counter = $2 WHERE id = $1', [tap.tap_id, next.counter]);
  return next.short_id;
}

async function writeGrant(
  unit: Unit,
  deps: Deps,
  by: {
    asked: Asked;
    gates: Grantable;
    decision: AuthoriseDecision & { outcome: 'granted' };
    short_id: string;
  },
): Promise<GrantRow> {
  const { asked, gates, decision, short_id } = by;
  if (decision.waived.includes('card_in_use_on_other_tap'))
    await orphanEarlier(unit, deps, gates.visit.visit_id);
  await insertAttempt(unit, asked, 'granted', null);
  const { epoch } = await queryOne<{ epoch: number }>(
    unit,
    `UPDATE visits SET active_tap_id = $2, lock_set_at = $3, lock_epoch = lock_epoch + 1, version = version + 1
     WHERE id = $1 RETURNING lock_epoch AS epoch`,
    [gates.visit.visit_id, gates.tap.tap_id, deps.clock.now().toISOString()],
  );
  const id = deps.random.uuid();
  await query(
    unit,
    `INSERT INTO grants (id, client_tx_id, node_id, tap_id, visit_id, guest_id, card_id, keg_id, beverage_id, shift_id, epoch, short_id,
       price_minor_per_litre, limit_ml, limit_minor, overshoot_ml, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      id,
      asked.input.client_tx_id,
      asked.node_id,
      gates.tap.tap_id,
      gates.visit.visit_id,
      gates.visit.guest_id,
      gates.card_id,
      gates.keg.keg_id,
      gates.keg.beverage_id,
      gates.shift_id,
      epoch,
      short_id,
      gates.keg.price_minor_per_litre,
      decision.limit_ml,
      decision.limit_minor,
      gates.facts.tap.overshoot_ml,
      deps.clock.now().toISOString(),
    ],
  );
  const grant = await findGrant(unit, id);
  if (!grant) throw new Error(`Grant ${id} was written and is not there.`);
  await tellGrantMoved(unit, deps, grant);
  await auditGrant(unit, grant, decision.waived);
  unit.afterCommit(() => deps.leases.start(id, asked.settings.pour.lease_ms));
  return grant;
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

async function refuse(
  unit: Unit,
  deps: Deps,
  by: { asked: Asked; gates: Gates; decision: AuthoriseDecision & { outcome: 'refused' } },
): Promise<AuthoriseAnswer> {
  const { asked, gates, decision } = by;
  const refusal: Refusal = {
    ...decision,
    input: asked.input,
    node_id: asked.node_id,
    tap: gates.tap,
    card_id: gates.card_id,
    visit_id: gates.visit?.visit_id ?? null,
    guest_id: gates.visit?.guest_id ?? null,
    currency: asked.settings.bar.currency,
  };
  const wire = refusalWire(refusal);
  // Without a tap of the till there is nothing that the attempt could be kept with.
  if (gates.tap) await insertAttempt(unit, asked, 'refused', wire);
  await recordRefusal(unit, deps, refusal);
  return { outcome: 'refused', refusal: wire };
}

async function insertAttempt(
  unit: Unit,
  { node_id, input }: Asked,
  outcome: 'granted' | 'refused',
  refusal: RefusalWire | null,
): Promise<void> {
  await query(
    unit,
    `INSERT INTO attempts (client_tx_id, node_id, tap_id, card_uid, boot_id, request_hash, outcome, refusal)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)`,
    [
      input.client_tx_id,
      node_id,
      input.tap_id,
      input.card_uid,
      input.boot_id,
      authoriseHash(input),
      outcome,
      refusal === null ? null : JSON.stringify(refusal),
    ],
  );
}
