import { DomainError } from '#domain/errors';
import type { CreateEnrolmentInput, EnrolmentWire } from '#domain/protocol/equipment';
import { inTransaction, type Unit } from '#server/db/inTransaction';
import { query } from '#server/db/query';
import { newCode, sha256Hex } from '#server/security/secrets';
import { appendAudit } from './support/appendAudit.ts';
import { by } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';

/** 10 letters of 30: 49 bits, good for ten minutes, behind a limit of tries. */
const SECRET_LETTERS = 10;
const MINUTES = 10;

/**
 * A code by which one new node may take these taps, once. Its second half is the authority's fingerprint: the node checks
 * the till by it before it sends the first half. Lock: taps (shared). @throws DomainError tap.not_found, tap.has_node
 */
export async function createEnrolment(
  deps: Deps,
  actor: Actor,
  asked: { input: CreateEnrolmentInput; fingerprint: string },
): Promise<EnrolmentWire> {
  const { name, tap_ids } = asked.input;
  const secret = newCode(SECRET_LETTERS);
  const expires_at = new Date(deps.clock.now().getTime() + MINUTES * 60_000);
  await inTransaction(deps.sequelize, async (unit) => {
    await tapsAreFree(unit, tap_ids, 'SHARE');
    await query(
      unit,
      `INSERT INTO node_enrolments (code_hash, node_name, tap_ids, created_by, expires_at) VALUES ($1, $2, $3, $4, $5)`,
      [sha256Hex(secret), name, [...new Set(tap_ids)], actor.operator_id, expires_at],
    );
    await appendAudit(unit, { action: 'node.enrolment_created', ...by(actor), details: { tap_ids } });
  });
  return { code: `${secret}-${asked.fingerprint}`, expires_at: expires_at.toISOString() };
}

/** A tap has one node; the old one is revoked first (H29), then its grants go by lease to manual entry. */
export async function tapsAreFree(
  unit: Unit,
  tap_ids: readonly number[],
  lock: 'SHARE' | 'NO KEY UPDATE',
): Promise<void> {
  const taps = await query<{ id: number; number: number; taken: boolean }>(
    unit,
    `SELECT t.id, t.number, EXISTS (SELECT 1 FROM nodes n WHERE n.id = t.node_id AND n.state = 'active') AS taken
     FROM taps t WHERE t.id = ANY($1::bigint[]) ORDER BY t.id FOR ${lock} OF t`,
    [tap_ids],
  );
  const missing = tap_ids.find((id) => !taps.some((tap) => tap.id === id));
  if (missing !== undefined) throw new DomainError('tap.not_found', { tap_id: missing });
  const taken = taps.find((tap) => tap.taken);
  if (taken) throw new DomainError('tap.has_node', { tap_number: taken.number });
}
