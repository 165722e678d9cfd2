import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { MAX_AMOUNT_MINOR } from '../quantity/money.ts';
import { CASH_STEPS, cashGivenFor, cashTakenFor } from './cashRounding.ts';

const amount = fc.integer({ min: 1, max: MAX_AMOUNT_MINOR });
const step = fc.constantFrom(...CASH_STEPS);

describe('cash is rounded in the guest’s favour', () => {
  it.each([
    [12_301, 100, 12_400],
    [12_300, 100, 12_300],
    [1, 1_000, 1_000],
    [12_301, 1, 12_301],
    [12_303, 5, 12_305],
  ])('%d of an account are handed out in steps of %d as %d', (amount_minor, cash_step_minor, handed) => {
    expect(cashGivenFor(amount_minor, cash_step_minor)).toBe(handed);
  });

  it.each([
    [12_399, 12_399, 100, 12_300],
    [99, 99, 100, 0],
    [12_399, 12_400, 100, 12_399],
    [12_399, 12_399, 1, 12_399],
  ])('%d of a debt of %d are taken in steps of %d as %d', (amount_minor, debt_minor, step_minor, taken) => {
    expect(cashTakenFor(amount_minor, debt_minor, step_minor)).toBe(taken);
  });

  it('by less than a step, to whole steps, and never above what one amount may be', () => {
    fc.assert(
      fc.property(amount, step, (minor, cash_step_minor) => {
        const given = cashGivenFor(minor, cash_step_minor);
        const taken = cashTakenFor(minor, minor, cash_step_minor);
        expect(given % cash_step_minor).toBe(0);
        expect(taken % cash_step_minor).toBe(0);
        expect(given - minor).toBeGreaterThanOrEqual(0);
        expect(given - minor).toBeLessThan(cash_step_minor);
        expect(minor - taken).toBeGreaterThanOrEqual(0);
        expect(minor - taken).toBeLessThan(cash_step_minor);
        expect(given).toBeLessThanOrEqual(MAX_AMOUNT_MINOR);
      }),
    );
  });
});
