import { timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { DomainError } from '#domain/errors';
import type { EnrolAnswer, enrolInput } from '#domain/protocol/node';
import { inTransaction, type Unit } from '#server/db/inTransaction';
import { query } from '#server/db/query';
import type { Authority } from '#server/security/authority';
import { sha256Hex } from '#server/security/secrets';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { takeNodeIn } from './support/takeNodeIn.ts';

interface Enrolment {
  id: number;
  code_hash: string;
  node_name: string;
  tap_ids: number[];
  created_by: number | null;
  node_id: number | null;
}
interface Signed {
  certificate: string;
  spki_sha256: string;
}

/**
 * Takes a node in: its own key gets a certificate, its taps get the node. A code works once; the same key may ask again while
 * the code lives, because an answer can get lost. Locks: enrolment → taps.
 * @throws DomainError enrolment.code_wrong, enrolment.bad_request, tap.has_node
 */
export async function enrolNode(
  deps: Deps,
  authority: Authority,
  input: z.output<typeof enrolInput>,
): Promise<EnrolAnswer> {
  const signed = await authority.signNode(input.csr).catch(() => undefined);
  const answer = await inTransaction(deps.sequelize, async (unit) => {
    const enrolment = await findEnrolment(unit, deps, input.secret);
    if (!enrolment) return refused(unit, new DomainError('enrolment.code_wrong'));
    if (!signed) return refused(unit, new DomainError('enrolment.bad_request', { problem: 'csr' }));
    const node_id = enrolment.node_id ?? (await firstUse(unit, deps, { enrolment, signed }));
    if (node_id === undefined)
      return refused(unit, new DomainError('enrolment.bad_request', { problem: 'key_used_before' }));
    if (!(await isKeyOf(unit, node_id, signed)))
      return refused(unit, new DomainError('enrolment.code_wrong'));
    return {
      node_id,
      certificate: signed.certificate,
      ca: authority.certificate,
      tap_ids: enrolment.tap_ids,
    };
  });
  if (answer instanceof DomainError) throw answer;
  return answer;
}

/** Committed, and only then thrown: a refused try leaves its audit row. */
async function refused(unit: Unit, error: DomainError): Promise<DomainError> {
  await appendAudit(unit, {
    action: 'node.enrolment_refused',
    details: { code: error.code, ...error.params },
  });
  return error;
}

/** Every living code is compared, whole and in constant time: how long it takes tells nothing about any of them. */
async function findEnrolment(unit: Unit, deps: Deps, secret: string): Promise<Enrolment | undefined> {
  const given = Buffer.from(sha256Hex(secret.trim().toUpperCase()), 'hex');
  const living = await query<Enrolment>(
    unit,
    'SELECT id, code_hash, node_name, tap_ids, created_by, node_id FROM node_enrolments WHERE expires_at > $1 ORDER BY id FOR NO KEY UPDATE',
    [deps.clock.now()],
  );
  const fitting = living.filter((one) => timingSafeEqual(Buffer.from(one.code_hash, 'hex'), given));
  return fitting[0];
}

async function firstUse(
  unit: Unit,
  deps: Deps,
  { enrolment, signed }: { enrolment: Enrolment; signed: Signed },
): Promise<number | undefined> {
  const node_id = await takeNodeIn(unit, deps, {
    name: enrolment.node_name,
    spki_sha256: signed.spki_sha256,
    tap_ids: enrolment.tap_ids,
    operator_id: enrolment.created_by,
    how: 'node.enrolled',
  });
  if (node_id !== undefined)
    await query(unit, 'UPDATE node_enrolments SET node_id = $2 WHERE id = $1', [enrolment.id, node_id]);
  return node_id;
}

async function isKeyOf(unit: Unit, node_id: number, { spki_sha256 }: Signed): Promise<boolean> {
  const nodes = await query(
    unit,
    `SELECT id FROM nodes WHERE id = $1 AND spki_sha256 = $2 AND state = 'active'`,
    [node_id, spki_sha256],
  );
  return nodes.length > 0;
}
