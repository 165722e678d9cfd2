/* A printer's side of ESC/POS, as far as a receipt in text needs it: whatever else comes is no receipt of ours. */

const COLUMN_DOTS = 12;
const [LF, ESC, FS, GS] = [0x0a, 0x1b, 0x1c, 0x1d];
/** The bytes after the two of a command; a command that is not here is refused. */
const ARGUMENTS: Readonly<Record<string, number>> = {
  ...{ 'ESC @': 0, 'ESC a': 1, 'ESC M': 1, 'ESC  ': 1, 'ESC 2': 0, 'ESC 3': 1, 'ESC {': 1, 'ESC -': 1 },
  ...{ 'ESC E': 1, 'ESC $': 2, 'ESC \\': 2, 'ESC t': 1 },
  ...{ 'FS S': 2, 'FS .': 0, 'FS -': 1, 'FS C': 1 },
  ...{ 'GS B': 1, 'GS !': 1, 'GS L': 2, 'GS W': 2, 'GS r': 1, 'GS V': 2, 'GS a': 1 },
};
const CYRILLIC_PAGE = 17;

export interface Paper {
  /** what can be read, line by line, each letter in its column */
  lines: string[];
  cuts: number;
  /** lines that came after the last cut */
  afterCut: number;
}

/** What lies in the printer's tray. @throws Error for a command that no receipt has any use for */
export function readPaper(bytes: Buffer): Paper {
  const paper: Paper = { lines: [], cuts: 0, afterCut: 0 };
  const letters = new TextDecoder('ibm866');
  const at = (index: number): number => bytes[index] ?? -1;
  let line: string[] = [];
  let x = 0;
  let wide = 1;
  let page = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = at(i);
    if (byte === LF) {
      paper.lines.push(
        Array.from(line, (sign) => sign ?? ' ')
          .join('')
          .trimEnd(),
      );
      paper.afterCut += 1;
      [line, x] = [[], 0];
    } else if (byte === ESC || byte === FS || byte === GS) {
      const name = `${{ [ESC]: 'ESC', [FS]: 'FS', [GS]: 'GS' }[byte] ?? ''} ${String.fromCharCode(at(i + 1))}`;
      if (name === 'FS (') {
        i += 4 + at(i + 3) + at(i + 4) * 256;
        continue;
      }
      const length = ARGUMENTS[name];
      if (length === undefined) throw new Error(`a printer would obey «${name}» at byte ${i}`);
      const first = at(i + 2);
      const dots = first + at(i + 3) * 256;
      if (name === 'ESC $') x = Math.round(dots / COLUMN_DOTS);
      if (name === 'ESC \\') x += Math.round(dots / COLUMN_DOTS);
      if (name === 'ESC t') page = first;
      if (name === 'GS !') wide = (first >> 4) + 1;
      if (name === 'GS V') {
        paper.cuts += 1;
        paper.afterCut = 0;
      }
      i += 1 + length;
    } else if (byte < 0x20) {
      throw new Error(`a printer would obey the byte ${byte} at ${i}`);
    } else {
      // The rules are drawn with signs of another page.
      if (page === CYRILLIC_PAGE) line[x] = letters.decode(bytes.subarray(i, i + 1));
      x += wide;
    }
  }
  return paper;
}

/** Runs in the page: what can be read in the picture of a receipt, line by line. */
export function wordsOfPicture(picture: Element): string {
  const source = decodeURIComponent((picture.getAttribute('src') ?? '').replace(/^[^,]*,/, ''));
  const svg = new DOMParser().parseFromString(source, 'image/svg+xml');
  return Array.from(svg.querySelectorAll('text'), (text) => text.textContent ?? '').join('\n');
}
