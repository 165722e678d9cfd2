/** What a drawer can hand out in whole, in minor units; 1: cash is not rounded. Each divides the ceiling of an amount. */
export const CASH_STEPS = [1, 5, 10, 50, 100, 500, 1_000] as const;
export const NO_CASH_STEP = 1;

/** Cash for an amount of a guest's account: up to the step, in the guest's favour. */
export function cashGivenFor(amount_minor: number, cash_step_minor: number): number {
  return Math.ceil(amount_minor / cash_step_minor) * cash_step_minor;
}

/**
 * Cash for an amount of a debt: down to the step, in the guest's favour, where it ends the debt. A part of it is what was put on
 * the counter: rounded, a debt could be paid by parts that come to nothing.
 */
export function cashTakenFor(amount_minor: number, debt_minor: number, cash_step_minor: number): number {
  if (amount_minor < debt_minor) return amount_minor;
  return Math.floor(amount_minor / cash_step_minor) * cash_step_minor;
}
