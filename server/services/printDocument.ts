import { DomainError } from '#domain/errors';
import type { Look } from '#domain/receipt/paper';
import { lookOf, receiptOf } from '../print/receiptOf.ts';
import type { Printable } from '../print/receiptOf.ts';
import { svgOf } from '../print/render.ts';
import { query } from '../db/query.ts';
import { appendAudit } from './support/appendAudit.ts';
import { by, command } from './support/command.ts';
import type { Actor, Deps } from './support/deps.ts';
import { queuePrint } from './support/queuePrint.ts';
import { readSettings } from './support/settings.ts';

const EVERY_SIGN: Look['charset'] = null;

/** The document as it would look on paper now. @throws DomainError receipt.not_found, shift.not_found */
export async function receiptPicture(deps: Deps, document: Printable): Promise<{ svg: string }> {
  const settings = await readSettings(deps.sequelize);
  const look = lookOf(settings, EVERY_SIGN);
  const receipt = await receiptOf(deps, document, { look, vat_permille: settings.till.vat_permille });
  return { svg: svgOf(receipt, look.columns) };
}

/** Prints a document, for the first time or again. @throws DomainError printer.not_set_up, receipt.not_found */
export async function printDocument(
  deps: Deps,
  actor: Actor,
  input: { request_id: string; document: Printable },
): Promise<{ job_id: number }> {
  await requirePrinter(deps);
  await receiptPicture(deps, input.document);
  return command(deps, { procedure: 'receipts.print', actor, input }, async (unit) => ({
    job_id: await queuePrint(unit, actor, { document: input.document }),
  }));
}

/** Opens the drawer without a sale, which the trail keeps. @throws DomainError printer.not_set_up */
export async function openDrawer(
  deps: Deps,
  actor: Actor,
  input: { request_id: string; reason: string },
): Promise<{ job_id: number }> {
  await requirePrinter(deps);
  return command(deps, { procedure: 'receipts.openDrawer', actor, input }, async (unit) => {
    await appendAudit(unit, { action: 'drawer.opened', ...by(actor), reason: input.reason });
    return { job_id: await queuePrint(unit, actor, { document: { kind: 'drawer' }, opens_drawer: true }) };
  });
}

/** What still waits is not printed; what came out or was given up stays as it is. */
export async function cancelPrint(
  deps: Deps,
  actor: Actor,
  input: { request_id: string; job_id: number },
): Promise<{ cancelled: boolean }> {
  return command(deps, { procedure: 'receipts.cancel', actor, input }, async (unit) => {
    const rows = await query(
      unit,
      `UPDATE print_jobs SET state = 'cancelled', ended_at = now() WHERE id = $1 AND state = 'waiting' RETURNING id`,
      [input.job_id],
    );
    return { cancelled: rows.length > 0 };
  });
}

async function requirePrinter({ sequelize }: Deps): Promise<void> {
  const { printer } = await readSettings(sequelize);
  if (printer.target === 'none') throw new DomainError('printer.not_set_up');
}
