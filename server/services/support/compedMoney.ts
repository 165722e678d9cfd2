import type { Unit } from '../../db/inTransaction.ts';
import { queryOne } from '../../db/query.ts';
import { splitLines } from './billGrant.ts';
import { by } from './command.ts';
import type { Actor } from './deps.ts';
import { postLedger } from './postLedger.ts';

/**
 * What of the guest's balance was given and not paid in: it can be drunk and is never paid out. Whatever the guest is charged
 * takes of it first, so it is a running figure that is never below zero: given − charged, less the lowest that this has
 * been. A reversed pour has never been. The caller holds the guest's account.
 */
export async function compedMoney(unit: Unit, guest_id: number): Promise<number> {
  const { comped_minor } = await queryOne<{ comped_minor: number }>(
    unit,
    `WITH given AS (
       SELECT min(e.id) AS first FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id
       JOIN ledger_transactions t ON t.id = e.transaction_id AND t.kind = 'comp' WHERE a.kind = 'guest' AND a.guest_id = $1
     ), moves AS (
       SELECT e.id, e.amount_minor FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id
       JOIN ledger_transactions t ON t.id = e.transaction_id
       WHERE a.kind = 'guest' AND a.guest_id = $1 AND e.id >= (SELECT first FROM given)
         AND (t.kind = 'comp' OR e.amount_minor < 0 AND t.kind IN ('pour', 'adjustment', 'unclaimed'))
         AND NOT EXISTS (SELECT 1 FROM pour_corrections c WHERE c.grant_id = t.grant_id AND c.kind = 'reversal')
     ), sums AS (SELECT id, sum(amount_minor) OVER (ORDER BY id) AS so_far FROM moves)
     SELECT least((SELECT balance_minor FROM guest_accounts WHERE guest_id = $1),
       coalesce((SELECT so_far FROM sums ORDER BY id DESC LIMIT 1) - least(0, (SELECT min(so_far) FROM sums)), 0))::bigint AS comped_minor`,
    [guest_id],
  );
  return comped_minor;
}

/** At the end of a visit: what the house gave to somebody who cannot come back for it is the house's again. */
export async function expireComped(
  unit: Unit,
  book: {
    visit_id: number | null;
    guest_id: number;
    amount_minor: number;
    shift_id: number;
    actor: Actor;
    reason: string;
  },
): Promise<void> {
  const { visit_id, guest_id, amount_minor, shift_id, reason } = book;
  await postLedger(unit, {
    kind: 'comp',
    shift_id,
    visit_id,
    guest_id,
    ...by(book.actor),
    reason,
    lines: [
      ...splitLines({ kind: 'guest', guest_id }, 0 - amount_minor),
      ...splitLines({ kind: 'comp' }, amount_minor),
    ],
  });
}
