import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** how long it may take */
  readonly within?: number;
  readonly every?: number;
  /** said beside the last thing that was seen when it never came true */
  readonly hint?: () => string;
}

/**
 * Looks until `look` answers something else than undefined, null or false, and returns that. A look that throws has seen nothing
 * yet: processes are being killed here. State is waited for, time never is.
 */
export async function waitFor<T>(
  what: string,
  look: () => T | Promise<T>,
  { within = 30_000, every = 25, hint }: Patience = {},
): Promise<Exclude<T, undefined | null | false>> {
  const giveUpAt = Date.now() + within;
  let seen = '';
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== null && found !== false)
        return found as Exclude<T, undefined | null | false>;
    } catch (problem) {
      seen = problem instanceof Error ? problem.message : String(problem);
    }
    if (Date.now() > giveUpAt)
      throw new Error(`Not within ${within} ms: ${what}. ${seen}\n${hint?.() ?? ''}`.trim());
    await pause(every);
  }
}
