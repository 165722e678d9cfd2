import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cost } from '../quantity/pricing.ts';
import { minorPerLitre } from '../quantity/money.ts';
import { millilitres } from '../quantity/volume.ts';
import { chargeOf, decideComp, decideReversal, splitBack } from './charge.ts';
import type { ChargedPour, Correction } from './charge.ts';
import { decideCap } from './compCap.ts';

const pourOf = (billed_ml: number, price: number, change: Partial<ChargedPour> = {}): ChargedPour => ({
  billed_ml,
  cost_minor: cost(millilitres(billed_ml), minorPerLitre(price)),
  unpaid_minor: 0,
  price_minor_per_litre: price,
  corrections: [],
  written_off_minor: 0,
  ...change,
});
const volume = fc.integer({ min: 1, max: 3_000 });
const price = fc.integer({ min: 0, max: 200_000 });

describe('the charge of a pour', () => {
  it('comps in whatever parts, then a reversal, give back exactly what was charged and never more', () => {
    fc.assert(
      fc.property(volume, price, fc.array(volume, { maxLength: 8 }), (billed_ml, at, parts) => {
        const pour = pourOf(billed_ml, at);
        const corrections: Correction[] = [];
        for (const ml of parts) {
          const decision = decideComp({ ...pour, corrections }, ml);
          if (decision.outcome === 'give')
            corrections.push({ kind: 'comp', ml, amount_minor: 0 - decision.amount_minor });
          expect(chargeOf({ ...pour, corrections }).charged_minor).toBeGreaterThanOrEqual(0);
        }
        const last = decideReversal({ ...pour, corrections });
        const given = corrections.reduce((sum, { amount_minor }) => sum - amount_minor, 0);
        expect(given + (last.outcome === 'give' ? last.amount_minor : 0)).toBe(pour.cost_minor);
      }),
    );
  });

  it('what the house has written off is given to nobody', () => {
    const pour = pourOf(500, 30_000, { unpaid_minor: 5_000, written_off_minor: 5_000 });
    expect(decideComp(pour, 500)).toEqual({ outcome: 'give', ml: 500, amount_minor: 10_000 });
    expect(chargeOf(pour).written_off_minor).toBe(5_000);
  });

  it('of a reversed pour nothing is left to give', () => {
    const pour = pourOf(500, 30_000, { corrections: [{ kind: 'reversal', ml: 500, amount_minor: -15_000 }] });
    expect(chargeOf(pour)).toMatchObject({ charged_minor: 0, left_ml: 0, reversed: true });
    expect(decideComp(pour, 1)).toEqual({ outcome: 'reversed_already' });
    expect(decideReversal(pour)).toEqual({ outcome: 'reversed_already' });
  });

  it('beer sold for nothing has no charge to give back', () => {
    expect(decideComp(pourOf(500, 0), 100)).toEqual({ outcome: 'above_charge', left_ml: 0 });
    expect(decideReversal(pourOf(500, 0)).outcome).toBe('above_charge');
  });

  it('what goes back lowers the debt first', () => {
    expect(splitBack(500, 200)).toEqual({ guest: 300, receivable: 200 });
    expect(splitBack(100, 200)).toEqual({ guest: 0, receivable: 100 });
    expect(splitBack(100, 0)).toEqual({ guest: 100, receivable: 0 });
  });
});

describe('the daily cap of a role', () => {
  const caps = { cashier: 500, shift_lead: 1_000, engineer: 2_000 };
  const cashier = { role: 'cashier', used_ml: 400 } as const;
  it('is one’s own first, then the approver’s, and an approver of one’s own rank does not lift it', () => {
    expect(decideCap({ ml: 100, actor: cashier, approver: null, caps }).outcome).toBe('allowed');
    const lead = { role: 'shift_lead', used_ml: 0 } as const;
    expect(decideCap({ ml: 101, actor: cashier, approver: lead, caps })).toEqual({
      outcome: 'allowed',
      by: 'approver',
    });
    const fresh = { role: 'cashier', used_ml: 0 } as const;
    expect(decideCap({ ml: 101, actor: cashier, approver: fresh, caps })).toEqual({
      outcome: 'approval_needed',
      needs: 'shift_lead',
      left_ml: 100,
    });
    expect(decideCap({ ml: 1_001, actor: cashier, approver: lead, caps })).toMatchObject({
      needs: 'engineer',
    });
  });
});
