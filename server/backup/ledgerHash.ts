import { createHash } from 'node:crypto';
import type pg from 'pg';
import { SEALED_COLUMNS } from '../services/support/sealedLines.ts';
import { copyOut } from './copy.ts';
import type { Manifest } from './parts.ts';

const LEDGER = `COPY (SELECT ${SEALED_COLUMNS} FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id ORDER BY e.id) TO STDOUT`;

/** What a seal says of an entry and its transaction, over the whole ledger, sealed or not: the same before and after. */
export async function ledgerHash(client: pg.Client): Promise<Manifest['ledger']> {
  const hash = createHash('sha256');
  let entries = 0;
  for await (const bytes of copyOut(client, LEDGER)) {
    hash.update(bytes);
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) entries += 1;
  }
  return { entries, hash: hash.digest('hex') };
}
