import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minorPerLitre } from '../quantity/money.ts';
import { cost } from '../quantity/pricing.ts';
import { millilitres } from '../quantity/volume.ts';
import { bill, billedMl } from './bill.ts';

const facts = { ml: 500, price_minor_per_litre: 30_000, balance_minor: 100_000, other_reserves_minor: 0 };

describe('bill', () => {
  it.each([
    ['paid in full', {}, { cost_minor: 15_000, paid_minor: 15_000, unpaid_minor: 0 }],
    [
      'over the balance',
      { balance_minor: 10_000 },
      { cost_minor: 15_000, paid_minor: 10_000, unpaid_minor: 5000 },
    ],
    [
      'H03: what others reserve is not touched',
      { balance_minor: 20_000, other_reserves_minor: 15_000 },
      { cost_minor: 15_000, paid_minor: 5000, unpaid_minor: 10_000 },
    ],
    [
      'reserves above the balance pay nothing',
      { balance_minor: 1, other_reserves_minor: 2 },
      { cost_minor: 15_000, paid_minor: 0, unpaid_minor: 15_000 },
    ],
    [
      'free beer',
      { price_minor_per_litre: 0, balance_minor: 0 },
      { cost_minor: 0, paid_minor: 0, unpaid_minor: 0 },
    ],
    ['0 ml', { ml: 0 }, { cost_minor: 0, paid_minor: 0, unpaid_minor: 0 }],
  ])('%s', (_, change, expected) => {
    expect(bill({ ...facts, ...change })).toEqual(expected);
  });

  const anyBill = fc.record({
    ml: fc.integer({ min: 0, max: 100_000 }),
    price_minor_per_litre: fc.integer({ min: 0, max: 10_000_000 }),
    balance_minor: fc.integer({ min: 0, max: 3_000_000_000_000 }),
    other_reserves_minor: fc.integer({ min: 0, max: 1_000_000_000 }),
  });

  it('never takes the balance below zero nor below the other reserves, and loses no money', () => {
    fc.assert(
      fc.property(anyBill, (any) => {
        const { cost_minor, paid_minor, unpaid_minor } = bill(any);
        expect(paid_minor + unpaid_minor).toBe(cost_minor);
        expect(paid_minor).toBeGreaterThanOrEqual(0);
        expect(unpaid_minor).toBeGreaterThanOrEqual(0);
        expect(any.balance_minor - paid_minor).toBeGreaterThanOrEqual(
          Math.min(any.balance_minor, any.other_reserves_minor),
        );
      }),
    );
  });

  it('the law: a pour within its limit is paid in full, in whatever order the grants of a guest end', () => {
    const grant = fc.record({
      limit_ml: fc.integer({ min: 1, max: 3000 }),
      poured: fc.double({ min: 0, max: 1.3, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(grant, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 500_000 }),
        (grants, price) => {
          const limits = grants.map(({ limit_ml }) => cost(millilitres(limit_ml), minorPerLitre(price)));
          let balance_minor = limits.reduce((sum, limit) => sum + limit, 0);
          grants.forEach(({ limit_ml, poured }, at) => {
            const ml = Math.round(limit_ml * poured);
            const other_reserves_minor = limits.slice(at + 1).reduce((sum, limit) => sum + limit, 0);
            const result = bill({ ml, price_minor_per_litre: price, balance_minor, other_reserves_minor });
            if (ml <= limit_ml) expect(result.unpaid_minor).toBe(0);
            balance_minor -= result.paid_minor;
          });
          expect(balance_minor).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

describe('billedMl', () => {
  it('takes the first flush off, never below zero', () => {
    expect(billedMl(500, 30)).toEqual({ billed_ml: 470, first_flush_ml: 30, kick_ml: 0 });
    expect(billedMl(20, 30)).toEqual({ billed_ml: 0, first_flush_ml: 20, kick_ml: 0 });
    expect(billedMl(500, 0)).toEqual({ billed_ml: 500, first_flush_ml: 0, kick_ml: 0 });
  });

  it('takes the burst of a kick off as its own figure', () => {
    expect(billedMl(500, 30, 120)).toEqual({ billed_ml: 350, first_flush_ml: 30, kick_ml: 120 });
    expect(billedMl(100, 30, 120)).toEqual({ billed_ml: 0, first_flush_ml: 0, kick_ml: 100 });
    expect(billedMl(130, 30, 120)).toEqual({ billed_ml: 0, first_flush_ml: 10, kick_ml: 120 });
  });
});
