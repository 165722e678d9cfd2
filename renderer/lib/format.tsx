import { createContext, useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import { NO_CASH_STEP } from '#domain/ledger/cashRounding';
import * as format from '#domain/texts/format';
import type { Language } from '#domain/texts/format';

/** What the bar's settings say about figures and clocks. */
export interface Bar {
  currency: string;
  time_zone: string;
  cash_step_minor: number;
}

const BarContext = createContext<Bar>({ currency: 'RUB', time_zone: 'UTC', cash_step_minor: NO_CASH_STEP });

export function BarProvider({ bar, children }: { bar: Bar; children: ReactNode }) {
  return <BarContext value={bar}>{children}</BarContext>;
}

export const useCashStep = (): number => useContext(BarContext).cash_step_minor;

export interface Format {
  language: Language;
  currency: string;
  money: (minor: number) => string;
  /** without hundredths where they are zero */
  moneyShort: (minor: number) => string;
  count: (value: number) => string;
  ml: (ml: number) => string;
  litres: (ml: number, decimals?: 1 | 2 | 3) => string;
  permille: (permille: number) => string;
  /** «№3» / "#3" */
  number: (number: number) => string;
  running: (ms: number) => string;
  stay: (ms: number) => string;
  span: (ms: number) => string;
  time: (instant: string | number) => string;
  /** «24 нояб., 21:40» / “24 Nov, 21:40”: something past */
  moment: (instant: string | number) => string;
  /** a business date: 2026-11-24 */
  day: (date: string) => string;
  phone: (digits: string) => string;
}

export function useFormat(): Format {
  const { i18n } = useTranslation();
  const bar = useContext(BarContext);
  const language: Language = i18n.language === 'en' ? 'en' : 'ru';
  return useMemo(() => formatOf(language, bar), [language, bar]);
}

export function formatOf(language: Language, bar: Pick<Bar, 'currency' | 'time_zone'>): Format {
  return {
    language,
    currency: bar.currency,
    money: (minor) => format.formatMoney(minor, bar.currency, language),
    moneyShort: (minor) => format.formatMoneyShort(minor, bar.currency, language),
    count: (value) => format.formatCount(value, language),
    ml: (ml) => format.formatMl(ml, language),
    litres: (ml, decimals = 1) => format.formatLitres(ml, language, decimals),
    permille: (permille) => format.formatPermille(permille, language),
    number: (number) => format.formatNumber(number, language),
    running: format.formatRunning,
    stay: (ms) => format.formatStay(ms, language),
    span: (ms) => format.formatSpan(ms, language),
    time: (instant) => format.formatTimeOfDay(instant, bar.time_zone),
    moment: (instant) =>
      `${shortDay(instant, bar.time_zone, language)}, ${format.formatTimeOfDay(instant, bar.time_zone)}`,
    day: (date) => format.formatDay(date, language),
    phone: format.formatPhoneTail,
  };
}

function shortDay(instant: string | number, timeZone: string, language: Language): string {
  const locale = language === 'ru' ? 'ru' : 'en-GB';
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone })
    .format(new Date(instant))
    .replace(' ', '\u00a0');
}
