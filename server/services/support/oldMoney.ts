import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { appendAudit } from './appendAudit.ts';
import { splitLines } from './billGrant.ts';
import { by } from './command.ts';
import { compedMoney, expireComped } from './compedMoney.ts';
import type { Actor, Deps } from './deps.ts';
import { postLedger } from './postLedger.ts';
import { readSettings } from './settings.ts';

type Forgotten = { guest_id: number; balance_minor: number; visit_id: number | null };

/**
 * What nobody has come back for within the setting's days after their last visit goes to `unclaimed`, what the house gave goes
 * back to it. A guest who owes something is left to a person. Each close of a shift does it, so that it stands on a Z. The caller
 * holds the shift. Locks: guest accounts in the order of their ids.
 */
export async function bookOldMoney(
  unit: Unit,
  deps: Deps,
  close: { shift_id: number; actor: Actor },
): Promise<void> {
  const { till } = await readSettings(unit);
  const since = new Date(deps.clock.now().getTime() - till.unclaimed_days * 86_400_000);
  for (const guest of await lockForgotten(unit, since)) await bookOne(unit, guest, close);
}

async function lockForgotten(unit: Unit, since: Date): Promise<Forgotten[]> {
  return query<Forgotten>(
    unit,
    `SELECT a.guest_id, a.balance_minor, (SELECT max(v.id) FROM visits v WHERE v.guest_id = a.guest_id) AS visit_id
     FROM guest_accounts a JOIN guests g ON g.id = a.guest_id AND g.house_purpose IS NULL AND g.created_at < $1
     WHERE a.balance_minor > 0
       AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.guest_id = a.guest_id AND (v.state = 'active' OR v.closed_at >= $1))
       AND NOT EXISTS (SELECT 1 FROM ledger_entries e JOIN ledger_accounts o ON o.id = e.account_id
         WHERE o.kind = 'receivable' AND o.guest_id = a.guest_id HAVING sum(e.amount_minor) < 0)
     ORDER BY a.guest_id FOR NO KEY UPDATE OF a`,
    [since],
  );
}

async function bookOne(
  unit: Unit,
  guest: Forgotten,
  close: { shift_id: number; actor: Actor },
): Promise<void> {
  const { guest_id, visit_id } = guest;
  const { shift_id, actor } = close;
  const reason = 'Nobody came back for it';
  const comped_minor = await compedMoney(unit, guest_id);
  await expireComped(unit, { visit_id, guest_id, amount_minor: comped_minor, shift_id, actor, reason });
  const amount_minor = guest.balance_minor - comped_minor;
  await postLedger(unit, {
    kind: 'unclaimed',
    shift_id,
    visit_id,
    guest_id,
    ...by(actor),
    reason,
    lines: [
      ...splitLines({ kind: 'guest', guest_id }, 0 - amount_minor),
      ...splitLines({ kind: 'unclaimed' }, amount_minor),
    ],
  });
  await appendAudit(unit, {
    action: 'guest.money_unclaimed',
    ...by(actor),
    guest_id,
    visit_id,
    reason,
    details: { amount_minor, expires_minor: comped_minor },
  });
}
