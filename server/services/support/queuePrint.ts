import type { ReceiptDocument } from '#domain/receipt/documents';
import type { PrinterSettings } from '#domain/receipt/printer';
import type { Unit } from '../../db/inTransaction.ts';
import { queryOne } from '../../db/query.ts';
import type { Actor } from './deps.ts';
import { readSettings } from './settings.ts';

type Wish = {
  [Name in keyof PrinterSettings]: Name extends `prints_${string}` ? Name : never;
}[keyof PrinterSettings];

/** Puts a document in the printer's queue; it is printed after the commit, and a printer that is off stops no sale. */
export async function queuePrint(
  unit: Unit,
  actor: Actor,
  { document, opens_drawer = false }: { document: ReceiptDocument; opens_drawer?: boolean },
): Promise<number> {
  const { id } = await queryOne<{ id: number }>(
    unit,
    `INSERT INTO print_jobs (document, opens_drawer, operator_id, till_id) VALUES ($1::jsonb, $2, $3, $4) RETURNING id`,
    [JSON.stringify(document), opens_drawer, actor.operator_id, actor.till_id],
  );
  return id;
}

/** What the bar has printed without being asked for; cash opens the drawer, with or without paper. */
export async function printByItself(
  unit: Unit,
  actor: Actor,
  { document, wish, cash }: { document: ReceiptDocument; wish: Wish; cash: boolean },
): Promise<void> {
  const { printer } = await readSettings(unit);
  if (printer.target === 'none') return;
  const opens_drawer = cash && printer.opens_drawer;
  if (printer[wish]) await queuePrint(unit, actor, { document, opens_drawer });
  else if (opens_drawer) await queuePrint(unit, actor, { document: { kind: 'drawer' }, opens_drawer });
}
