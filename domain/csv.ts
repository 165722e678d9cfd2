import type { Language } from './texts/format.ts';

/** A figure with its decimals, in units of 10^-scale: money in hundredths (2), millilitres as litres (3). */
export type CsvFigure = { value: number; scale: 2 | 3 };
export type CsvCell = string | number | CsvFigure | null;

/** A spreadsheet that opens the file by a double click reads UTF-8 only after this mark. */
export const BYTE_ORDER_MARK = '\uFEFF';

/**
 * A cell of text or a whole number. Texts come from people: one that a spreadsheet would take for a formula is kept text, whatever
 * blanks stand before it.
 */
export function csvCell(value: string | number | null, separator: ',' | ';' = ','): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[\s\uFEFF]*[=+\-@]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A table as a spreadsheet of that language opens it: in Russian a decimal comma and semicolons between the cells, in English a point
 * and commas. Figures are bare: no unit, no groups, an ASCII minus, so that they can be added up.
 */
export function csvTable(rows: readonly (readonly CsvCell[])[], language: Language): string {
  const separator = language === 'ru' ? ';' : ',';
  const cell = (value: CsvCell): string =>
    typeof value === 'object' && value !== null ? figure(value, language) : csvCell(value, separator);
  return `${BYTE_ORDER_MARK}${rows.map((row) => `${row.map(cell).join(separator)}\r\n`).join('')}`;
}

function figure({ value, scale }: CsvFigure, language: Language): string {
  const digits = String(Math.abs(value)).padStart(scale + 1, '0');
  const mark = language === 'ru' ? ',' : '.';
  return `${value < 0 ? '-' : ''}${digits.slice(0, -scale)}${mark}${digits.slice(-scale)}`;
}
