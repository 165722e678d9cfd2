import type { AccountKind } from '#domain/ledger/accounts';
import type { LedgerKind } from '#domain/ledger/kinds';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne, send } from '../../db/query.ts';

export type LedgerAccountRef =
  | { readonly kind: 'guest' | 'receivable'; readonly guest_id: number }
  | { readonly kind: 'cash'; readonly drawer_id: number }
  | { readonly kind: Exclude<AccountKind, 'guest' | 'receivable' | 'cash'> };

/** Signs: an entry on a guest's account is positive when the guest has more money. docs/adr/0001-accounts.md */
export type LedgerLine = { readonly account: LedgerAccountRef; readonly amount_minor: number };

export type LedgerPosting = {
  readonly kind: LedgerKind;
  /** Lines of 0 are left out; if none is left there is nothing to book. */
  readonly lines: readonly LedgerLine[];
  readonly shift_id: number | null;
  readonly visit_id?: number | null;
  readonly guest_id?: number | null;
  /** For `pour`: a grant is debited at most once, ever (invariant 4). */
  readonly grant_id?: string | null;
  readonly reverses_id?: number | null;
  readonly operator_id?: number | null;
  readonly till_id?: number | null;
  readonly reason?: string | null;
};

/**
 * The one writer of the ledger. One statement; the database checks at commit that the lines sum to zero, moves the
 * guest's balance with the entry and refuses to take it below zero (invariant 7). The caller holds the lock of the
 * guest's account. Returns the transaction's id, or null when every line was 0.
 */
export async function postLedger(unit: Unit, posting: LedgerPosting): Promise<number | null> {
  const lines = linesOf(posting);
  if (lines.length === 0) return null;
  await openReceivables(unit, lines);
  const row = await queryOne<{ id: number }>(unit, POST, bindOf(posting, lines));
  return row.id;
}

/** The same where nobody needs the transaction's id: the unit does not wait for it. */
export async function sendLedger(unit: Unit, posting: LedgerPosting): Promise<void> {
  const lines = linesOf(posting);
  if (lines.length === 0) return;
  await openReceivables(unit, lines);
  await send(unit, POST, bindOf(posting, lines));
}

function linesOf(posting: LedgerPosting): LedgerLine[] {
  const lines = posting.lines.filter((line) => line.amount_minor !== 0);
  const sum = lines.reduce((total, line) => total + line.amount_minor, 0);
  if (sum !== 0) throw new Error(`the lines of a ${posting.kind} sum to ${sum} instead of 0`);
  return lines;
}

function bindOf(posting: LedgerPosting, lines: readonly LedgerLine[]): unknown[] {
  return [
    posting.kind,
    posting.shift_id,
    posting.visit_id ?? null,
    posting.guest_id ?? null,
    posting.grant_id ?? null,
    posting.reverses_id ?? null,
    posting.operator_id ?? null,
    posting.till_id ?? null,
    posting.reason ?? null,
    lines.map((line) => line.account.kind),
    lines.map((line) => ('guest_id' in line.account ? line.account.guest_id : null)),
    lines.map((line) => ('drawer_id' in line.account ? line.account.drawer_id : null)),
    lines.map((line) => line.amount_minor),
  ];
}

/** An account that does not exist gives NULL, which the entry's column refuses. */
const POST = `
  WITH posted AS (
    INSERT INTO ledger_transactions (kind, shift_id, visit_id, guest_id, grant_id, reverses_id, operator_id, till_id, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id
  ), entries AS (
    INSERT INTO ledger_entries (transaction_id, account_id, amount_minor)
    SELECT posted.id, CASE
        WHEN l.guest_id IS NOT NULL THEN (SELECT a.id FROM ledger_accounts a WHERE a.kind = l.kind AND a.guest_id = l.guest_id)
        WHEN l.drawer_id IS NOT NULL THEN (SELECT a.id FROM ledger_accounts a WHERE a.kind = l.kind AND a.guest_id IS NULL AND a.drawer_id = l.drawer_id)
        ELSE (SELECT a.id FROM ledger_accounts a WHERE a.kind = l.kind AND a.guest_id IS NULL AND a.drawer_id IS NULL)
      END, l.amount_minor
    FROM posted, unnest($10::text[], $11::bigint[], $12::bigint[], $13::integer[]) AS l (kind, guest_id, drawer_id, amount_minor)
  )
  SELECT id FROM posted`;

/** A guest's account is opened with the guest; a receivable with the first debt. */
async function openReceivables(unit: Unit, lines: readonly LedgerLine[]): Promise<void> {
  for (const { account } of lines) {
    if (account.kind !== 'receivable') continue;
    await send(
      unit,
      `INSERT INTO ledger_accounts (kind, guest_id) VALUES ('receivable', $1) ON CONFLICT DO NOTHING`,
      [account.guest_id],
    );
  }
}

/** The two accounts of a new guest: the one in the ledger and the cached balance beside it. */
export async function openGuestAccount(unit: Unit, guest_id: number): Promise<void> {
  await query(unit, 'INSERT INTO guest_accounts (guest_id) VALUES ($1)', [guest_id]);
  await query(unit, `INSERT INTO ledger_accounts (kind, guest_id) VALUES ('guest', $1)`, [guest_id]);
}
