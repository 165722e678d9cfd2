import { DomainError } from '#domain/errors';
import { query, queryOne } from '../../db/query.ts';
import type { Unit } from '../../db/inTransaction.ts';
import { requestHash } from './requestHash.ts';

export type Request = {
  readonly request_id: string;
  /** `noun.verb` of the command */
  readonly procedure: string;
  /** What was asked, everything that makes it this request and no other, and who asks. */
  readonly body: unknown;
};

/**
 * Same key and same body: `work` runs once, ever, and everybody gets its answer. Same key with another body:
 * `request.conflict`. Duplicates at the same moment wait for each other on the key's row, which is the first lock that a
 * command takes. The answer is kept as JSON: ids and figures, no names. A unit that fails leaves no key.
 */
export async function idempotent<Answer extends object>(
  unit: Unit,
  request: Request,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const hash = requestHash(request.body);
  const mine = await query(
    unit,
    `INSERT INTO idempotency_keys (request_id, procedure, request_hash, response) VALUES ($1, $2, $3, 'null')
     ON CONFLICT (request_id) DO NOTHING RETURNING request_id`,
    [request.request_id, request.procedure, hash],
  );
  if (mine.length === 0) return firstAnswer<Answer>(unit, request, hash);
  const answer = await work();
  await query(unit, 'UPDATE idempotency_keys SET response = $2::jsonb WHERE request_id = $1', [
    request.request_id,
    JSON.stringify(answer),
  ]);
  return answer;
}

async function firstAnswer<Answer>(unit: Unit, request: Request, hash: string): Promise<Answer> {
  const stored = await queryOne<{ procedure: string; request_hash: string; response: Answer }>(
    unit,
    'SELECT procedure, request_hash, response FROM idempotency_keys WHERE request_id = $1',
    [request.request_id],
  );
  if (stored.procedure !== request.procedure || stored.request_hash !== hash)
    throw new DomainError('request.conflict', { request_id: request.request_id });
  return stored.response;
}
