import { DomainError } from '#domain/errors';
import { decideAuthorise } from '#domain/grant/decideAuthorise';
import type { AuthoriseDecision } from '#domain/grant/decideAuthorise';
import type { AuthoriseAnswer, AuthoriseInput } from '#domain/protocol/node';
import { inTransaction } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { faultPoint } from '../testing/faultPoints.ts';
import { answerAgain, findAttempt, throwConflict } from './support/answerAgain.ts';
import type { Deps } from './support/deps.ts';
import { readFlags } from './support/flags.ts';
import { peek } from './support/gateReads.ts';
import { loadGates } from './support/grantGates.ts';
import type { Gates } from './support/grantGates.ts';
import { grantWire } from './support/grantWire.ts';
import { lockAttempt } from './support/locks.ts';
import { offerTap } from './support/offerTap.ts';
import { recordRefusal, refusalWire } from './support/refusals.ts';
import type { Refusal } from './support/refusals.ts';
import { readSettings } from './support/settings.ts';
import { insertAttempt, isGrantable, takeShortId, writeGrant } from './support/writeGrant.ts';
import type { Asked } from './support/writeGrant.ts';

const LOOKS = 8;

/** `isGone`: whoever asked no longer waits for the answer, and a grant would lock a card for nobody (H28) */
export type AskingNode = { node_id: number; isGone?: () => boolean };

/**
 * May this card pour at this tap? A grant or a refusal, never an exception for what guests do every day. The same question
 * again gets the same answer while it may still be used. @throws DomainError request.conflict: same client_tx_id, other body; request.gone: nothing is kept
 * Locks: attempt → shift (shared) → guest account → visit → card → tap → grant.
 */
export async function authorisePour(
  deps: Deps,
  node: AskingNode,
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
  asked: AskingNode & { input: AuthoriseInput },
): Promise<AuthoriseAnswer | 'conflict' | 'look_again'> {
  const { node_id, input } = asked;
  const asking = { node_id, ...input };
  const [, flags, settings, attempt, peeked] = await Promise.all([
    lockAttempt(unit, input.client_tx_id),
    readFlags(unit, deps),
    readSettings(unit),
    findAttempt(unit, input.client_tx_id),
    peek(unit, asking),
  ]);
  if (attempt) return answerAgain(unit, deps, { node_id, input, flags, settings, attempt });
  if (input.offers_wanted && peeked.operator_id !== null) {
    const offered = await offerTap(unit, { asking, has_visit: peeked.visit_id !== null, settings });
    if (offered) return offered;
  }
  const gates = await loadGates(unit, deps, { asking, peeked, flags, settings });
  if (!gates) return 'look_again';
  if (asked.isGone?.()) throw new DomainError('request.gone');
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
  const wire = grantWire(deps, { grant, guest: gates.visit, settings: asked.settings });
  return { outcome: 'granted', grant: wire };
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
