import { formatMoney } from '#domain/texts/format';
import type { MoneyNotice, PlainNotice, PosAdapter } from '#domain/pos/adapter';

/** The only adapter there is: it says what a cash register would be told. Ids and figures, no names. */
export function loggingStub(say: (sentence: string) => void): PosAdapter {
  const money = (minor: number, currency: string): string => formatMoney(minor, currency, 'en');
  const changed = (what: string) => (notice: MoneyNotice) => {
    const { key, amount_minor, method, currency, vat_minor } = notice;
    say(
      `POS ${what} ${key}: ${money(amount_minor, currency)} by ${method}, tax ${money(vat_minor, currency)}`,
    );
    return Promise.resolve();
  };
  const plain = (what: string) => (notice: PlainNotice) => {
    const said = notice.facts['what'];
    say(`POS ${what} ${notice.key}: ${typeof said === 'string' ? said : 'closed'}`);
    return Promise.resolve();
  };
  return {
    notifyTopup: changed('topup'),
    notifyRefund: changed('refund'),
    notifyPour: ({ key, ml, cost_minor, currency, vat_minor, reverses }) => {
      const back = reverses === null ? '' : `, takes back ${reverses}`;
      say(
        `POS pour ${key}: ${ml} ml for ${money(cost_minor, currency)}, tax ${money(vat_minor, currency)}${back}`,
      );
      return Promise.resolve();
    },
    notifyShift: plain('shift'),
    notifyKeg: plain('keg'),
  };
}
