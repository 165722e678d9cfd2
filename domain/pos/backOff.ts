const FIRST_MS = 1_000;
const LONGEST_MS = 3_600_000;

/** How long after the n-th failed try the next one comes: 1 s, 2 s, 4 s … an hour. */
export function backOffMs(failed_tries: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(Math.max(0, failed_tries - 1), 30));
}
