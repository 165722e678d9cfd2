import type { PaymentMethod } from '../ledger/accounts.ts';
import { cardTail } from '../texts/format.ts';
import { paper } from './paper.ts';
import type { Look } from './paper.ts';
import { amount, dayAndTime, roundedRow, words } from './words.ts';

/** One top-up or refund, as it was booked. Money in minor units. */
export type MoneyFacts = {
  kind: 'top_up' | 'refund';
  visit_id: number;
  guest_name: string | null;
  card_uid: string | null;
  cashier: string | null;
  method: PaymentMethod;
  amount_minor: number;
  /** of a cash refund, how much of the amount is beyond what the guest's account gave */
  rounded_minor?: number;
  /** of a top-up, what paid a debt before it reached the guest's account */
  debt_paid_minor: number;
  /** of the guest, right after */
  balance_minor: number;
  reason: string | null;
  at: string;
};

export function moneyReceipt(facts: MoneyFacts, look: Look): string {
  const { language } = look;
  const say = words(language);
  const sheet = paper(look);
  sheet.title(look.bar_name);
  sheet.rule();
  sheet.table(
    [18, 'rest'],
    [
      [`${say.visit} №${facts.visit_id}`, dayAndTime(facts.at, look)],
      [say.guest, facts.guest_name ?? say.anonymous],
      ...(facts.card_uid === null ? [] : [[say.card, cardTail(facts.card_uid)]]),
      ...(facts.cashier === null ? [] : [[say.cashier, facts.cashier]]),
    ],
  );
  sheet.rule();
  const what = `${facts.kind === 'top_up' ? say.top_up : say.refund} ${say.by_method[facts.method]}`;
  sheet.table(
    ['rest', 16],
    [
      [
        { text: what, bold: true },
        { text: amount(facts.amount_minor, language), bold: true },
      ],
      ...roundedRow(facts.rounded_minor ?? 0, language),
      ...(facts.debt_paid_minor > 0 ? [[say.debt_paid, amount(facts.debt_paid_minor, language)]] : []),
      [say.balance, amount(facts.balance_minor, language)],
    ],
  );
  if (facts.reason !== null) sheet.table([12, 'rest'], [[say.reason, facts.reason]]);
  sheet.rule();
  sheet.line(say.not_fiscal);
  return sheet.done();
}
