import type { PaymentMethod } from '../ledger/accounts.ts';
import { showShortId } from '../grant/shortId.ts';
import { cardTail, formatTimeOfDay } from '../texts/format.ts';
import { paper } from './paper.ts';
import type { Cell, Look } from './paper.ts';
import { amount, dayAndTime, litres, roundedRow, words } from './words.ts';

export type PourFacts = {
  at: string;
  beverage: string;
  tap_number: number;
  /** null: its report has not come */
  ml: number | null;
  charged_minor: number | null;
  price_minor_per_litre: number;
  /** entered at the till; with the code that the guest read out, if there was one */
  manual: { short_id: string | null } | null;
  /** what was charged before a comp, reversal or adjustment */
  was_minor: number | null;
};

/** A visit's account, oldest pour first. Money in minor units. */
export type VisitFacts = {
  visit_id: number;
  guest_name: string | null;
  card_uid: string | null;
  cashier: string | null;
  /** when it was closed, or now */
  at: string;
  pours: readonly PourFacts[];
  topped_up: readonly { method: PaymentMethod; amount_minor: number }[];
  refunded: readonly { method: PaymentMethod; amount_minor: number }[];
  /** what of the cash refunds is beyond what the account gave */
  rounded_minor?: number;
  balance_minor: number;
  debt_minor: number;
  vat_permille: number;
};

export function visitReceipt(facts: VisitFacts, look: Look): string {
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
  if (facts.pours.length === 0) sheet.line(say.no_pours);
  else if (look.columns < WIDE) sheet.table([6, 'rest', 11], facts.pours.flatMap(narrowRows));
  else sheet.table([6, 'rest', 5, 11], [pourHead(), ...facts.pours.flatMap(wideRows)]);
  sheet.rule();
  const ml = facts.pours.reduce((sum, pour) => sum + (pour.ml ?? 0), 0);
  const charged = facts.pours.reduce((sum, pour) => sum + (pour.charged_minor ?? 0), 0);
  const byMethod = (
    label: string,
    { method, amount_minor }: { method: PaymentMethod; amount_minor: number },
  ) => [`${label} ${say.by_method[method]}`, amount(amount_minor, language)];
  sheet.table(
    ['rest', 16],
    [
      [`${say.poured}, ${litres(ml, language)}`, amount(charged, language)],
      ...facts.topped_up.map((one) => byMethod(say.topped_up, one)),
      ...facts.refunded.map((one) => byMethod(say.refunded, one)),
      ...roundedRow(facts.rounded_minor ?? 0, language),
      ...(facts.debt_minor > 0 ? [[say.debt, amount(facts.debt_minor, language)]] : []),
      [
        { text: say.left, bold: true },
        { text: amount(facts.balance_minor, language), bold: true },
      ],
    ],
  );
  sheet.rule();
  sheet.line(facts.vat_permille > 0 ? `${say.vat_included}. ${say.not_fiscal}` : say.not_fiscal);
  sheet.line(say.thanks);
  return sheet.done();

  function pourHead(): Cell[] {
    return [say.time, left(say.beverage), say.ml, ''];
  }

  function wideRows(pour: PourFacts): Cell[][] {
    return [
      [timeOf(pour), left(pour.beverage), pour.ml === null ? '' : String(pour.ml), chargeOf(pour)],
      ['', left(priceOf(pour)), '', ''],
      ...notes(pour).map((note): Cell[] => ['', left(note), '', '']),
    ];
  }

  /** On narrow paper the volume stands under the beverage. */
  function narrowRows(pour: PourFacts): Cell[][] {
    const volume = pour.ml === null ? [] : [`${pour.ml} ${say.ml}`];
    return [
      [timeOf(pour), left(pour.beverage), chargeOf(pour)],
      ...[...volume, priceOf(pour), ...notes(pour)].map((line): Cell[] => ['', left(line), '']),
    ];
  }

  function timeOf({ at }: PourFacts): string {
    return formatTimeOfDay(at, look.time_zone);
  }

  function chargeOf({ charged_minor }: PourFacts): string {
    return charged_minor === null ? '' : amount(charged_minor, language);
  }

  function priceOf({ tap_number, price_minor_per_litre }: PourFacts): string {
    return `${say.tap}${tap_number}, ${amount(price_minor_per_litre, language)}${say.per_litre}`;
  }

  function notes({ ml, manual, was_minor }: PourFacts): string[] {
    return [
      ...(ml === null ? [say.pending] : []),
      ...(manual === null
        ? []
        : [manual.short_id === null ? say.entered : `${say.by_code} ${showShortId(manual.short_id)}`]),
      ...(was_minor === null ? [] : [`${say.corrected} ${amount(was_minor, language)}`]),
    ];
  }
}

/** From so many columns on, a pour has its volume in a column of its own. */
const WIDE = 42;
const left = (text: string): Cell => ({ text, align: 'left' });
