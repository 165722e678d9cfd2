import { expect, it } from 'vitest';
import { mayManage } from './mayManage.ts';
import { isAtLeast, ROLES } from './roles.ts';

it('an engineer manages all, a shift lead cashiers, a cashier nobody', () => {
  expect(ROLES.map((role) => mayManage('engineer', role))).toEqual([true, true, true]);
  expect(ROLES.map((role) => mayManage('shift_lead', role))).toEqual([true, false, false]);
  expect(ROLES.map((role) => mayManage('cashier', role))).toEqual([false, false, false]);
});

it('each role may do what those before it may', () => {
  expect(ROLES.map((role) => isAtLeast(role, 'shift_lead'))).toEqual([false, true, true]);
});
