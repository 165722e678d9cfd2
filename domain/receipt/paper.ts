import type { Language } from '../texts/format.ts';

/** How a bar's documents look: the same for the screen and for paper. */
export type Look = {
  language: Language;
  bar_name: string;
  time_zone: string;
  /** characters of a line: 48 on 80 mm paper, 32 on 58 mm */
  columns: number;
  /** what the paper's font can write; null: everything */
  charset: 'cp866' | null;
};

export type Cell = string | { text: string; bold?: boolean; align?: 'left' | 'right' };

/** A cell's width in characters; one of each row is `rest`. */
export type Width = number | 'rest';

/** Written into a receiptline document line by line; `done` gives its text. */
export type Paper = ReturnType<typeof paper>;

/**
 * A receiptline document under construction. Texts may come from people: signs that receiptline or a printer would obey are
 * plain text or gone.
 */
export function paper(look: Pick<Look, 'columns' | 'charset'>) {
  const lines: string[] = [];
  const text = (raw: string): string =>
    escape(look.charset === 'cp866' ? foldFor866(printable(raw)) : printable(raw));
  const line = (raw: string, bold = false): void => void lines.push(bold ? `"${text(raw)}"` : text(raw));

  return {
    title: (raw: string): void => void lines.push(`^^^${text(raw)}`),
    line,
    rule: (): void => void lines.push('-'),
    /** Rows under each other; the first cell stands left, the others right unless they say otherwise. */
    table(widths: readonly Width[], rows: readonly (readonly Cell[])[]): void {
      if (rows.length === 0) return;
      const fixed = widths.reduce<number>((sum, width) => sum + (width === 'rest' ? 0 : width), 0);
      lines.push(`{w:${widths.map((width) => (width === 'rest' ? look.columns - fixed : width)).join(' ')}}`);
      for (const row of rows) lines.push(`|${row.map((one, index) => cell(one, index, text)).join('|')}|`);
      lines.push('{w:*}');
    },
    done: (): string => [...lines, '=', ''].join('\n'),
  };
}

function cell(given: Cell, index: number, text: (raw: string) => string): string {
  const {
    text: raw,
    bold = false,
    align = index === 0 ? 'left' : 'right',
  } = typeof given === 'string' ? { text: given } : given;
  const shown = bold && raw !== '' ? `"${text(raw)}"` : text(raw);
  return align === 'left' ? `${shown} ` : ` ${shown}`;
}

/** receiptline's own signs. */
const escape = (raw: string): string => raw.replace(/[\\|{}\-=~_"`^]/g, '\\$&');

/** Control characters (ESC begins a printer's command) become spaces; marks that turn or join text go. */
const printable = (raw: string): string => raw.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ').replace(/\p{Cf}/gu, '');

const FOLDED: Readonly<Record<string, string>> = {
  '«': '"',
  '»': '"',
  '“': '"',
  '”': '"',
  '„': '"',
  '‘': "'",
  '’': "'",
  '–': '-',
  '—': '-',
  '−': '-',
  '…': '...',
  '₽': 'р.',
  '€': 'EUR',
  '×': 'x',
  '·': '.',
  '\u202f': ' ',
  '\u00a0': ' ',
};
/** Code page 866 has Cyrillic and №, no typographic signs. */
const foldFor866 = (raw: string): string => raw.replace(/[^\x20-\x7eА-яЁё№]/g, (sign) => FOLDED[sign] ?? '?');
