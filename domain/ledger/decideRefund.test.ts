import { expect, it } from 'vitest';
import { decideRefund } from './decideRefund.ts';

const facts = { amount_minor: 500, free_minor: 1000, taken_by_method_minor: 1000, role: 'cashier' } as const;

it('a refund within the free balance, by the way the money came, is allowed', () => {
  expect(decideRefund(facts)).toEqual({ outcome: 'allowed' });
  expect(decideRefund({ ...facts, amount_minor: 1000 })).toEqual({ outcome: 'allowed' });
});

it('a refund never touches what pours reserve, whoever asks', () => {
  for (const role of ['cashier', 'shift_lead', 'engineer'] as const)
    expect(decideRefund({ ...facts, amount_minor: 1001, taken_by_method_minor: 9999, role })).toEqual({
      outcome: 'above_free_balance',
    });
});

it('another way than the money came needs a shift lead', () => {
  const other = { ...facts, taken_by_method_minor: 499 };
  expect(decideRefund(other)).toEqual({ outcome: 'approval_needed', available_minor: 499 });
  expect(decideRefund({ ...other, role: 'shift_lead' })).toEqual({ outcome: 'allowed' });
});
