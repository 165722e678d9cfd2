import { createHash } from 'node:crypto';
import { canonicalJson } from './requestHash.ts';

/** Everything that a ledger entry and its transaction say, as the seal covers it. */
export type SealedLine = {
  entry_id: number;
  transaction_id: number;
  account_id: number;
  amount_minor: number;
  kind: string;
  shift_id: number | null;
  visit_id: number | null;
  guest_id: number | null;
  grant_id: string | null;
  reverses_id: number | null;
  operator_id: number | null;
  till_id: number | null;
  reason: string | null;
  /** UTC, to the microsecond */
  created_at: string;
};

export const SEALED_COLUMNS = `
  e.id AS entry_id, e.transaction_id, e.account_id, e.amount_minor, t.kind, t.shift_id, t.visit_id, t.guest_id, t.grant_id,
  t.reverses_id, t.operator_id, t.till_id, t.reason,
  to_char(t.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS created_at`;

/** What stands before the first seal. */
export const FIRST_PREV_HASH = '0'.repeat(64);

/** The hash of one seal: the one before it, then its lines in the order of their entries. */
export function sealHash(prev_hash: string, lines: readonly SealedLine[]): string {
  const hash = createHash('sha256').update(prev_hash);
  for (const line of lines) hash.update('\n').update(canonicalJson(line));
  return hash.digest('hex');
}
