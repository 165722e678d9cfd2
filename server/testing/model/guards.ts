import pg from 'pg';
import { query, queryOne } from '../../db/query.ts';
import type { TestDatabase } from '../testDatabase.ts';

/**
 * A guard of the product, taken away from the outside: its statements are rewritten on their way to PostgreSQL and its
 * constraints dropped in the test's database. What ships is not touched and knows nothing of it.
 */
export type Guard = {
  /** what the statements lose */
  sql?: { from: RegExp; to: string }[];
  /** as the owner of the tables: what stands behind them */
  behind?: (db: TestDatabase) => Promise<void>;
};

type Sent = { text: string; name?: string };
type Send = (this: pg.Client, sent: Sent | string, ...rest: unknown[]) => unknown;

/** `rewritten` tells that each statement was really met; `restore` brings the guard back to this process. */
export type Without = { rewritten: () => number[]; restore: () => void };

/** Only for connections that are opened after it: a prepared statement keeps the text it had. */
export async function without(db: TestDatabase, { sql = [], behind }: Guard): Promise<Without> {
  await behind?.(db);
  const met = sql.map(() => 0);
  const rewrite = (text: string): string =>
    sql.reduce((now, { from, to }, at) => {
      const changed = now.replace(from, to);
      if (changed !== now) met[at] = (met[at] ?? 0) + 1;
      return changed;
    }, text);
  const driver = pg.Client.prototype as unknown as { query: Send };
  const original = driver.query;
  driver.query = function send(sent, ...rest) {
    const changed =
      typeof sent === 'string' ? rewrite(sent) : sent && Object.assign(sent, { text: rewrite(sent.text) });
    return original.call(this, changed, ...rest);
  };
  return { rewritten: () => met, restore: () => void (driver.query = original) };
}

const drop =
  (kind: 'INDEX' | 'TRIGGER', ...names: string[]) =>
  async (db: TestDatabase) => {
    for (const name of names) await query(db.owner, `DROP ${kind} ${name}`);
  };

/** The trigger that looks at a refund once more. */
async function refundsUnwatched(db: TestDatabase): Promise<void> {
  const { body } = await queryOne<{ body: string }>(
    db.owner,
    `SELECT pg_get_functiondef('apply_ledger_entry'::regproc) AS body`,
  );
  await query(db.owner, body.replace('IF balance < reserved', 'IF false'));
}

const ACCOUNT_LOCK = /(FROM guest_accounts\b[\s\S]*?)\s+FOR NO KEY UPDATE(?: OF \w+)?/;

export const GUARDS = {
  'unique pour per grant': {
    sql: [{ from: /\s+ON CONFLICT \(grant_id\) DO [\s\S]*$/, to: '' }],
    // One grant has one client_tx_id and one code: each of the three says that it has one pour.
    behind: drop(
      'INDEX',
      'pours_one_per_grant',
      'pours_one_per_client_tx_id',
      'pours_one_per_visit_and_short_id',
    ),
  },
  'reserve of unsettled grants, at authorise': {
    sql: [
      { from: /coalesce\(u\.limit_minor, 0\)::bigint AS reserved_minor/, to: '0::bigint AS reserved_minor' },
    ],
  },
  'reserve of unsettled grants, at refund': {
    sql: [
      {
        from: /g\.limit_minor, g\.lease_over\s+FROM grants g JOIN taps t/,
        to: '0 AS limit_minor, g.lease_over FROM grants g JOIN taps t',
      },
    ],
    behind: refundsUnwatched,
  },
  // What is left of the guest's money when a pour ran over its limit while another of the guest is not settled (H03).
  'reserve of unsettled grants, at a bill': {
    sql: [
      {
        from: /coalesce\(sum\(limit_minor\), 0\)::bigint AS reserved FROM/,
        to: 'coalesce(sum(0), 0)::bigint AS reserved FROM',
      },
    ],
  },
  'epoch compare': {
    sql: [
      {
        from: /AND active_tap_id IS NOT NULL AND lock_epoch = \$2/,
        to: 'AND active_tap_id IS NOT NULL AND $2::integer IS NOT NULL',
      },
    ],
    behind: drop('TRIGGER', 'visits_lock_is_open_grant ON visits', 'grants_lock_is_open_grant ON grants'),
  },
  'row lock on the guest account': {
    sql: [{ from: ACCOUNT_LOCK, to: '$1' }],
  },
} satisfies Record<string, Guard>;
