import { queryOne, query } from '../db/query.ts';
import type { Deps } from './support/deps.ts';
import { BOOK_CHECKS } from './support/bookChecks.ts';
import { FIRST_PREV_HASH, SEALED_COLUMNS, sealHash } from './support/sealedLines.ts';
import type { SealedLine } from './support/sealedLines.ts';

export type Broken = {
  /** which rule */
  check: string;
  table: string;
  /** the first row that breaks it */
  row_id: string;
  says: string;
};
export type BooksVerdict = {
  ok: boolean;
  /** in the order of the checks, the first broken row of each */
  broken: Broken[];
  checked: {
    transactions: number;
    entries: number;
    guests: number;
    kegs: number;
    grants: number;
    seals: number;
  };
  /** committed, not yet chained: the tail that a second's sealer has not reached */
  unsealed_entries: number;
};

/** Recomputes the books from their first row: sums, balances, kegs, grants against debits and pours, Z numbers, seals. */
export async function verifyBooks(deps: Pick<Deps, 'sequelize'>): Promise<BooksVerdict> {
  const broken: Broken[] = [];
  for (const check of BOOK_CHECKS) {
    const [row] = await query<{ row_id: string; says: string }>(deps.sequelize, `${check.sql} LIMIT 1`);
    if (row) broken.push({ check: check.name, table: check.table, ...row });
  }
  const seal = await firstBrokenSeal(deps);
  if (seal) broken.push(seal);
  const { unsealed_entries, ...checked } = await queryOne<
    BooksVerdict['checked'] & { unsealed_entries: number }
  >(deps.sequelize, COUNTS);
  return { ok: broken.length === 0, broken, checked, unsealed_entries };
}

const COUNTS = `
  SELECT (SELECT count(*) FROM ledger_transactions) AS transactions, (SELECT count(*) FROM ledger_entries) AS entries,
    (SELECT count(*) FROM guest_accounts) AS guests, (SELECT count(*) FROM kegs) AS kegs, (SELECT count(*) FROM grants) AS grants,
    (SELECT count(*) FROM ledger_seals) AS seals,
    (SELECT count(*) FROM ledger_entries e WHERE NOT EXISTS (SELECT 1 FROM ledger_sealed_entries s WHERE s.entry_id = e.id)) AS unsealed_entries`;

type Seal = { id: number; entry_count: number; hash: string; prev_hash: string };

/** Walks the chain; a seal and its entries are in memory one at a time. */
async function firstBrokenSeal(deps: Pick<Deps, 'sequelize'>): Promise<Broken | undefined> {
  const seals = await query<Seal>(
    deps.sequelize,
    'SELECT id, entry_count, hash, prev_hash FROM ledger_seals ORDER BY id',
  );
  let prev_hash = FIRST_PREV_HASH;
  for (const seal of seals) {
    const says = await sealProblem(deps, seal, prev_hash);
    if (says) return { check: 'seals', table: 'ledger_seals', row_id: String(seal.id), says };
    prev_hash = seal.hash;
  }
  return undefined;
}

async function sealProblem(
  deps: Pick<Deps, 'sequelize'>,
  seal: Seal,
  prev_hash: string,
): Promise<string | undefined> {
  if (seal.prev_hash !== prev_hash)
    return 'does not follow the seal before it: a seal was taken away or changed';
  const lines = await query<SealedLine>(
    deps.sequelize,
    `SELECT ${SEALED_COLUMNS} FROM ledger_sealed_entries s JOIN ledger_entries e ON e.id = s.entry_id
     JOIN ledger_transactions t ON t.id = e.transaction_id WHERE s.seal_id = $1 ORDER BY e.id`,
    [seal.id],
  );
  if (lines.length !== seal.entry_count)
    return `covers ${seal.entry_count} entries but ${lines.length} are there`;
  const first = lines[0]?.entry_id ?? 0;
  const last = lines.at(-1)?.entry_id ?? 0;
  if (sealHash(prev_hash, lines) !== seal.hash)
    return `an entry from ${first} to ${last} or its transaction was changed`;
  return undefined;
}
