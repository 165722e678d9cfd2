/**
 * The code a guest can read out: tap (2 digits), counter (3), Damm check digit (1), for example 031272, shown as 03 127 2.
 * Given by the server with the grant. The check digit catches every single mistyped digit and every swap of neighbours.
 */
export type ShortId = string & { readonly __brand: 'ShortId' };

// A totally anti-symmetric quasigroup of order 10 (H. Michael Damm, 2004).
const DAMM = [
  [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
  [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
  [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
  [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
  [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
  [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
  [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
  [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
  [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
  [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

const damm = (digits: string): number =>
  [...digits].reduce((interim, digit) => DAMM[interim]?.[Number(digit)] ?? 0, 0);

/** `tap_number` 1–99, `counter` 0–999 */
export function shortId(tap_number: number, counter: number): ShortId {
  const body = String(tap_number).padStart(2, '0') + String(counter).padStart(3, '0');
  return `${body}${damm(body)}` as ShortId;
}

/** True for six digits whose check digit fits; spaces are ignored. */
export function isShortId(input: string): boolean {
  const digits = input.replace(/\s/g, '');
  return /^\d{6}$/.test(digits) && damm(digits) === 0;
}

/** 031272 → «03 127 2» */
export function showShortId(code: string): string {
  return `${code.slice(0, 2)} ${code.slice(2, 5)} ${code.slice(5)}`;
}

/**
 * The next code of a tap whose counter stands at `counter`, skipping codes that are taken (of an unsettled grant, or used
 * in the visit: H31). undefined when all thousand are.
 */
export function nextShortId(
  tap: { number: number; counter: number },
  taken: ReadonlySet<string>,
): { short_id: ShortId; counter: number } | undefined {
  for (let step = 1; step <= 1000; step++) {
    const counter = (tap.counter + step) % 1000;
    const code = shortId(tap.number, counter);
    if (!taken.has(code)) return { short_id: code, counter };
  }
  return undefined;
}
