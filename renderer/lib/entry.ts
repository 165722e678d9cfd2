import { parseMoney } from '#domain/texts/format';

/** A figure being typed: digits, for money with up to two decimals. `fresh`: the next digit begins a new figure. */
export interface Entry {
  text: string;
  fresh: boolean;
}

const MOST_DIGITS = 7;
export const NO_ENTRY: Entry = { text: '', fresh: true };

export function entryOf(text: string): Entry {
  return { text, fresh: true };
}

/** The entry after a key of the pad or the keyboard; other keys change nothing. */
export function typeKey(entry: Entry, key: string, decimals = true): Entry {
  if (key === 'Backspace') return { text: entry.fresh ? '' : entry.text.slice(0, -1), fresh: false };
  const before = entry.fresh ? '' : entry.text;
  if ((key === ',' || key === '.') && decimals)
    return /[,]/.test(before) ? entry : { text: `${before || '0'},`, fresh: false };
  if (!/^\d{1,2}$/.test(key)) return entry;
  let text = before;
  for (const digit of key) if (fits(text + digit)) text += digit;
  return { text: text.replace(/^0+(?=\d)/, ''), fresh: false };
}

function fits(text: string): boolean {
  const [whole = '', rest = ''] = text.split(',');
  return whole.replace(/^0+/, '').length <= MOST_DIGITS && rest.length <= 2;
}

/** Minor units; an empty entry is 0. */
export function entryMinor(entry: Entry): number {
  return parseMoney(entry.text) ?? 0;
}

/** Whole numbers (millilitres, pieces); an empty entry is null. */
export function entryWhole(entry: Entry): number | null {
  return /^\d+$/.test(entry.text) ? Number(entry.text) : null;
}

/** The text of an amount as a person would type it: 150000 → «1500», 150050 → «1500,50». */
export function entryText(minor: number): string {
  const whole = Math.floor(minor / 100);
  const rest = minor % 100;
  return rest === 0 ? String(whole) : `${whole},${String(rest).padStart(2, '0')}`;
}
