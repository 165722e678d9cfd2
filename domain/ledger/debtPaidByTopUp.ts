/** What of a top-up goes to the guest's debt first: a debt would otherwise refuse every card (`debt_open`). */
export function debtPaidByTopUp(amount_minor: number, debt_minor: number): number {
  return Math.max(0, Math.min(amount_minor, debt_minor));
}
