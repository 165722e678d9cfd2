import { inTransaction } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import type { Deps } from './support/deps.ts';
import { FIRST_PREV_HASH, SEALED_COLUMNS, sealHash } from './support/sealedLines.ts';
import type { SealedLine } from './support/sealedLines.ts';

const BATCH = 2_000;
/** One sealer at a time in a database, whichever process it runs in. */
const SEALER_LOCK = 7_203_114;

/**
 * Chains committed ledger entries behind the business: once a second, at the shift's close and at stop. An entry with a
 * smaller number may commit after a bigger one, so a seal names its entries one by one and a later seal takes the latecomer.
 * `recent` looks at what a transaction that is still alive could have left behind; `all` looks at everything and is run at
 * start, at stop and when a shift closes, so that nothing is skipped for ever: docs/adr/0006-event-cursor-and-sealer.md.
 */
export async function sealLedger(
  deps: Pick<Deps, 'sequelize'>,
  options: { sweep: 'recent' | 'all' } = { sweep: 'recent' },
): Promise<{ sealed: number }> {
  let sealed = 0;
  for (;;) {
    const count = await inTransaction(deps.sequelize, (unit) => sealBatch(unit, options.sweep));
    sealed += count;
    if (count < BATCH) return { sealed };
  }
}

async function sealBatch(unit: Unit, sweep: 'recent' | 'all'): Promise<number> {
  await query(unit, 'SELECT pg_advisory_xact_lock($1)', [SEALER_LOCK]);
  const lines = await query<SealedLine>(
    unit,
    `SELECT ${SEALED_COLUMNS} FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id
     WHERE e.id > $1 AND NOT EXISTS (SELECT 1 FROM ledger_sealed_entries s WHERE s.entry_id = e.id)
     ORDER BY e.id LIMIT $2`,
    [sweep === 'all' ? 0 : await floor(unit), BATCH],
  );
  const last = lines.at(-1);
  if (!last) return 0;
  const [previous] = await query<{ hash: string }>(
    unit,
    'SELECT hash FROM ledger_seals ORDER BY id DESC LIMIT 1',
  );
  const prev_hash = previous?.hash ?? FIRST_PREV_HASH;
  const seal = await queryOne<{ id: number }>(
    unit,
    `INSERT INTO ledger_seals (up_to_entry_id, entry_count, hash, prev_hash) VALUES ($1, $2, $3, $4) RETURNING id`,
    [last.entry_id, lines.length, sealHash(prev_hash, lines), prev_hash],
  );
  await query(
    unit,
    'INSERT INTO ledger_sealed_entries (entry_id, seal_id) SELECT entry_id, $2 FROM unnest($1::bigint[]) AS entry_id',
    [lines.map((line) => line.entry_id), seal.id],
  );
  return lines.length;
}

/** Below this, only a transaction that was alive ten minutes ago could add: units of work end within seconds. */
async function floor(unit: Unit): Promise<number> {
  const [seal] = await query<{ up_to_entry_id: number }>(
    unit,
    `SELECT up_to_entry_id FROM ledger_seals WHERE sealed_at < now() - interval '10 minutes' ORDER BY id DESC LIMIT 1`,
  );
  return seal?.up_to_entry_id ?? 0;
}
