import { expect, it } from 'vitest';
import { decideRemainder } from './decideRemainder.ts';

const facts = { wish: 'keep', balance_minor: 900, guest_can_be_found: true, role: 'cashier' } as const;

it('an empty account leaves nothing to decide', () => {
  expect(decideRemainder({ ...facts, balance_minor: 0 })).toEqual({ outcome: 'nothing' });
});

it('the whole balance is given back when a refund is wished', () => {
  expect(decideRemainder({ ...facts, wish: 'refund' })).toEqual({ outcome: 'refund', amount_minor: 900 });
});

it('money is kept for a guest who can be found again; of a nameless guest only a shift lead makes it unclaimed', () => {
  expect(decideRemainder(facts)).toEqual({ outcome: 'keep' });
  const nameless = { ...facts, guest_can_be_found: false };
  expect(decideRemainder(nameless)).toEqual({ outcome: 'approval_needed' });
  expect(decideRemainder({ ...nameless, role: 'shift_lead' })).toEqual({
    outcome: 'unclaimed',
    amount_minor: 900,
  });
});
