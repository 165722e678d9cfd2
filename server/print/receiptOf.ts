import { DomainError } from '#domain/errors';
import type { ReceiptDocument } from '#domain/receipt/documents';
import { moneyReceipt } from '#domain/receipt/money';
import type { Look } from '#domain/receipt/paper';
import { xReceipt, zReceipt } from '#domain/receipt/shift';
import { trialReceipt } from '#domain/receipt/trial';
import { visitReceipt } from '#domain/receipt/visit';
import { moneyFacts, operatorNames, visitFacts } from '../queries/receiptFacts.ts';
import { shiftReports } from '../queries/shiftReports.ts';
import type { Deps } from '../services/support/deps.ts';
import type { Settings } from '../services/support/settings.ts';

export type Printable = Exclude<ReceiptDocument, { kind: 'drawer' }>;

/** How this bar's documents look on its printer's paper. */
export function lookOf({ bar, till, printer }: Settings, charset: Look['charset']): Look {
  return {
    language: till.receipt_language ?? bar.language,
    bar_name: bar.name,
    time_zone: bar.time_zone,
    columns: printer.columns,
    charset,
  };
}

/** A document as receiptline text, from the facts of now. @throws DomainError receipt.not_found, shift.not_found */
export async function receiptOf(
  { sequelize, clock }: Pick<Deps, 'sequelize' | 'clock'>,
  document: Printable,
  paper: { look: Look; vat_permille: number },
): Promise<string> {
  const { look, vat_permille } = paper;
  switch (document.kind) {
    case 'money':
      return moneyReceipt(await moneyFacts(sequelize, document.transaction_id), look);
    case 'visit':
      return visitReceipt(
        await visitFacts(sequelize, document.visit_id, { at: clock.now(), vat_permille }),
        look,
      );
    case 'x': {
      const { x } = await shiftReports(sequelize, document.shift_id);
      return xReceipt(found(x[document.nth - 1]), look, await operatorNames(sequelize));
    }
    case 'z': {
      const { z } = await shiftReports(sequelize, document.shift_id);
      return zReceipt(found(z), look, await operatorNames(sequelize));
    }
    case 'trial':
      return trialReceipt(clock.now().toISOString(), look);
  }
}

function found<T>(report: T | null | undefined): T {
  if (report === null || report === undefined) throw new DomainError('receipt.not_found');
  return report;
}
