/** How numbers are written in both languages. No-break spaces inside a number and before its unit; minus is U+2212. */
export const LANGUAGES = ['ru', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export const NBSP = '\u00a0';
export const MINUS = '\u2212';
const SIGNS: Readonly<Record<string, string>> = { RUB: '₽', USD: '$', EUR: '€' };

/** ₽ for RUB; an unknown currency is its own code. */
export function currencySign(currency: string): string {
  return SIGNS[currency] ?? currency;
}

function group(whole: string, language: Language): string {
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, language === 'ru' ? NBSP : ',');
}

/** Whole units with grouped thousands: 1 234 / 1,234. */
export function formatCount(value: number, language: Language): string {
  return `${value < 0 ? MINUS : ''}${group(String(Math.abs(value)), language)}`;
}

/** A fixed number of decimals of `value / 10^scale`, half up, without floating point. `decimals` ≤ `scale`. */
function decimal(value: number, options: { scale: number; decimals: number; language: Language }): string {
  const { scale, decimals, language } = options;
  const step = 10 ** (scale - decimals);
  const rounded = Math.floor((value + step / 2) / step);
  const digits = String(rounded).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const rest = digits.slice(digits.length - decimals);
  const mark = language === 'ru' ? ',' : '.';
  return group(whole, language) + (decimals > 0 ? mark + rest : '');
}

/** «1 234,50 ₽» / "₽1,234.50". `minor` is a whole number of hundredths. */
export function formatMoney(minor: number, currency: string, language: Language): string {
  const sign = minor < 0 ? MINUS : '';
  const amount = decimal(Math.abs(minor), { scale: 2, decimals: 2, language });
  const mark = currencySign(currency);
  if (language === 'ru') return `${sign}${amount}${NBSP}${mark}`;
  return mark.length === 1 ? `${sign}${mark}${amount}` : `${sign}${mark}${NBSP}${amount}`;
}

/** «500 ₽» where the hundredths are zero (quick amounts), else as formatMoney. */
export function formatMoneyShort(minor: number, currency: string, language: Language): string {
  const full = formatMoney(minor, currency, language);
  return minor % 100 === 0 ? full.replace(/[.,]00(?=\D*$)/, '') : full;
}

/** «312 мл» / "312 ml" */
export function formatMl(ml: number, language: Language): string {
  return `${formatCount(ml, language)}${NBSP}${language === 'ru' ? 'мл' : 'ml'}`;
}

/** «0,45 л» / "0.45 L" from millilitres. Screens show one decimal, documents three. */
export function formatLitres(ml: number, language: Language, decimals: 1 | 2 | 3 = 1): string {
  const sign = ml < 0 ? MINUS : '';
  const litres = decimal(Math.abs(ml), { scale: 3, decimals, language });
  return `${sign}${litres}${NBSP}${language === 'ru' ? 'л' : 'L'}`;
}

/** 48 → «4,8 %» / "4.8%" */
export function formatPermille(permille: number, language: Language): string {
  const value = decimal(permille, { scale: 1, decimals: 1, language });
  return language === 'ru' ? `${value}${NBSP}%` : `${value}%`;
}

/** «№3» / "#3" */
export function formatNumber(number: number, language: Language): string {
  return language === 'ru' ? `№${number}` : `#${number}`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** A running lock: 02:14, from an hour on 1:02:14. */
export function formatRunning(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** A stay: «1 ч 14 м», «9 мин» / "1 h 14 m", "9 min". */
export function formatStay(ms: number, language: Language): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const hours = Math.floor(minutes / 60);
  const [h, m, min] = language === 'ru' ? ['ч', 'м', 'мин'] : ['h', 'm', 'min'];
  if (hours === 0) return `${minutes}${NBSP}${min}`;
  return `${hours}${NBSP}${h}${NBSP}${minutes % 60}${NBSP}${m}`;
}

/** «45 с» / "45 s", above two minutes «6 мин» / "6 min". */
export function formatSpan(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds > 120) return formatStay(seconds * 1000, language);
  return `${seconds}${NBSP}${language === 'ru' ? 'с' : 's'}`;
}

/** 19:42 in the bar's time zone. */
export function formatTimeOfDay(instant: string | number, time_zone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: time_zone,
  }).format(new Date(instant));
}

/** «24 ноября 2026» / "24 November 2026" from a date without a time. */
export function formatDay(date: string, language: Language): string {
  const parts = new Intl.DateTimeFormat(language === 'ru' ? 'ru' : 'en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).formatToParts(new Date(`${date}T12:00:00Z`));
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('day')}${NBSP}${part('month')} ${part('year')}`;
}

/** A phone as it may be seen over a shoulder: «+7 ··· 45-12». Takes whole numbers and tails. */
export function formatPhoneTail(digits: string): string {
  const last = digits.slice(-4);
  const tail = last.length === 4 ? `${last.slice(0, 2)}-${last.slice(2)}` : last;
  const country = digits.length === 11 && digits.startsWith('7') ? `+7${NBSP}` : '';
  return `${country}···${NBSP}${tail}`;
}

/** The last four characters of a UID, as cards are called at the bar. */
export function cardTail(uid: string): string {
  return uid.slice(-4);
}

export type PluralForms = { one: string; few?: string; many?: string; other: string };

/** The form of a word for a count: 1 визит, 2 визита, 5 визитов, 21 визит. */
export function plural(count: number, language: Language, forms: PluralForms): string {
  const rule = new Intl.PluralRules(language).select(count);
  if (rule === 'one') return forms.one;
  if (rule === 'few') return forms.few ?? forms.other;
  if (rule === 'many') return forms.many ?? forms.other;
  return forms.other;
}

/** «1 234,5» or "1,234.50" → 123450. Null: not an amount with at most two decimals. */
export function parseMoney(input: string): number | null {
  const text = input.replace(/[\s\u00a0]/g, '');
  const match = /^(\d{1,9})(?:[.,](\d{0,2}))?$/.exec(text);
  if (!match) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}
