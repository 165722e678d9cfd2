import pg from 'pg';
import { LEAP } from '#domain/node/tillLife';
import { BackupError } from './backupError.ts';
import type { Head, Sequence } from './parts.ts';

const MOST_LOST_Z = 100;

export interface Raise {
  readonly head: Head;
  readonly sequences: readonly Sequence[];
  readonly incarnation: string;
  /** the number on the last Z that was printed, where it is known */
  readonly lastZ?: number;
  readonly ledgerHash: string;
}

/**
 * Begins the new life of a restored database. Runs in the transaction that loaded it, with its triggers off: a grant's epoch
 * moves together with its visit's, which no service may do. Unsettled grants stay what they are.
 */
export async function raiseEverything(client: pg.Client, raise: Raise): Promise<void> {
  await client.query(
    `UPDATE settings SET value = to_jsonb($1::text), updated_at = now() WHERE key = 'incarnation'`,
    [raise.incarnation],
  );
  // Above the life before, and above another one that was restored from the same backup earlier (H27).
  await client.query(
    `INSERT INTO settings (key, value)
     SELECT 'generation', to_jsonb(greatest(coalesce((SELECT value::bigint FROM settings WHERE key = 'generation'), 1) + 1,
       floor(extract(epoch FROM clock_timestamp()))::bigint))
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now()`,
  );
  await client.query(
    `UPDATE grants g SET epoch = g.epoch + ${LEAP.epoch} FROM visits v
     WHERE v.id = g.visit_id AND g.state = 'open' AND v.lock_epoch = g.epoch`,
  );
  await client.query(
    `UPDATE visits SET lock_epoch = lock_epoch + ${LEAP.epoch}, version = version + ${LEAP.epoch} WHERE state = 'active'`,
  );
  await client.query(`UPDATE taps SET short_code_counter = (short_code_counter + ${LEAP.codes}) % 1000`);
  await client.query('UPDATE sessions SET ended_at = now() WHERE ended_at IS NULL');
  await raiseSequences(client, raise.sequences);
  await markLostZ(client, raise);
  await noteRestore(client, raise);
}

async function raiseSequences(client: pg.Client, sequences: readonly Sequence[]): Promise<void> {
  for (const { table, column, last_value } of sequences) {
    const name = `public.${pg.escapeIdentifier(table)}`;
    await client.query(
      `SELECT setval(pg_get_serial_sequence($1, $2),
         greatest($3::bigint, (SELECT coalesce(max(${pg.escapeIdentifier(column)}), 0) FROM ${name})) + ${LEAP.ids})`,
      [name, column, last_value ?? 0],
    );
  }
}

/** @throws BackupError when `--last-z` cannot be the number on a Z that was printed after the backup */
export function assertLastZ(lastZ: number | undefined, { last_z }: Pick<Head, 'last_z'>): void {
  if (
    lastZ === undefined ||
    (Number.isSafeInteger(lastZ) && lastZ >= last_z && lastZ <= last_z + MOST_LOST_Z)
  )
    return;
  throw new BackupError(
    `The last Z in the backup is ${last_z}, so --last-z must be a number from ${last_z} to ${last_z + MOST_LOST_Z}: what stands on the last printed Z.`,
  );
}

/**
 * Z numbers have no gap and none is given twice. Those printed after the backup are known only on paper: each gets a closed
 * shift without a report, and the next shift closes under the number after the last.
 */
async function markLostZ(client: pg.Client, { lastZ, head }: Raise): Promise<void> {
  if (lastZ === undefined) return;
  await client.query(
    `INSERT INTO shifts (state, business_date, float_minor, opened_at, closed_at, z_number)
     SELECT 'closed', $3::timestamptz::date, 0, $3, now(), n FROM generate_series($1::int + 1, $2::int) AS n`,
    [head.last_z, lastZ, head.created_at],
  );
}

async function noteRestore(
  client: pg.Client,
  { head, incarnation, lastZ, ledgerHash }: Raise,
): Promise<void> {
  const details = {
    backup_of: head.created_at,
    from_incarnation: head.incarnation,
    incarnation,
    last_z: lastZ ?? null,
    ledger_hash: ledgerHash,
  };
  await client.query(`INSERT INTO audit_events (action, details) VALUES ('till.restored', $1)`, [
    JSON.stringify(details),
  ]);
}
