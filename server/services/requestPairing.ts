import { DomainError } from '#domain/errors';
import { PAIRING_MS, PAIRINGS_OF_ONE_ADDRESS, PAIRINGS_WAITING_AT_MOST } from '#domain/node/pairing';
import type { PairingRequestAnswer, PairingRequestInput } from '#domain/protocol/pairing';
import { inTransaction, type Unit } from '#server/db/inTransaction';
import { query, queryOne } from '#server/db/query';
import type { Authority } from '#server/security/authority';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';
import { readSettings } from './support/settings.ts';

type Asked = { input: PairingRequestInput; address: string };

/**
 * A node without a certificate asks to be taken in: its key and its hidden number are kept, the till's number is the answer.
 * Nothing is shown before the node has shown its own. Lock: the right to ask (advisory).
 * @throws DomainError enrolment.bad_request, pairing.full
 */
export async function requestPairing(
  deps: Deps,
  authority: Authority,
  asked: Asked,
): Promise<PairingRequestAnswer> {
  const signed = await authority.signNode(asked.input.csr).catch(() => undefined);
  const answer = await inTransaction(deps.sequelize, async (unit) => {
    await query(unit, `SELECT pg_advisory_xact_lock(hashtext('node_pairings'))`);
    const refusal = await refusalOf(unit, deps, { ...asked, spki_sha256: signed?.spki_sha256 });
    if (!signed || refusal) return refusal ?? badRequest('csr');
    return writeRequest(unit, deps, { ...asked, spki_sha256: signed.spki_sha256 });
  });
  if (answer instanceof DomainError) throw answer;
  return answer;
}

async function writeRequest(
  unit: Unit,
  deps: Deps,
  { input, address, spki_sha256 }: Asked & { spki_sha256: string },
): Promise<PairingRequestAnswer> {
  const { name, csr, commitment } = input;
  const pairing_id = deps.random.uuid();
  const till_nonce = deps.random.hex(32);
  const now = deps.clock.now();
  await query(
    unit,
    `INSERT INTO node_pairings (id, node_name, csr, spki_sha256, address, commitment, till_nonce, requested_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      pairing_id,
      name,
      csr,
      spki_sha256,
      address,
      commitment,
      till_nonce,
      now,
      new Date(now.getTime() + PAIRING_MS),
    ],
  );
  await appendAudit(unit, { action: 'node.pairing_requested', details: { pairing_id, address } });
  const { bar } = await readSettings(unit);
  return { pairing_id, till_nonce, bar_name: bar.name, expires_in_ms: PAIRING_MS };
}

/** Committed, and only then thrown: a refused try leaves its audit row. */
async function refusalOf(
  unit: Unit,
  deps: Deps,
  asked: { address: string; spki_sha256: string | undefined },
): Promise<DomainError | undefined> {
  const error = await findProblem(unit, deps, asked);
  if (!error) return undefined;
  const details = { code: error.code, ...error.params, address: asked.address };
  await appendAudit(unit, { action: 'node.pairing_refused', details });
  return error;
}

async function findProblem(
  unit: Unit,
  deps: Deps,
  { address, spki_sha256 }: { address: string; spki_sha256: string | undefined },
): Promise<DomainError | undefined> {
  if (spki_sha256 === undefined) return badRequest('csr');
  const known = await query(unit, 'SELECT 1 FROM nodes WHERE spki_sha256 = $1 OR next_spki_sha256 = $1', [
    spki_sha256,
  ]);
  if (known.length > 0) return badRequest('key_used_before');
  const waiting = await queryOne<{ all: number; mine: number }>(
    unit,
    `SELECT count(*)::int AS all, count(*) FILTER (WHERE address = $2)::int AS mine
     FROM node_pairings WHERE expires_at > $1 AND state IN ('asked', 'waiting')`,
    [deps.clock.now(), address],
  );
  if (waiting.all >= PAIRINGS_WAITING_AT_MOST || waiting.mine >= PAIRINGS_OF_ONE_ADDRESS)
    return new DomainError('pairing.full');
  return undefined;
}

const badRequest = (problem: string) => new DomainError('enrolment.bad_request', { problem });
