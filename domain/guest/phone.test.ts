import { expect, it } from 'vitest';
import { canonicalPhone } from './phone.ts';

it('a phone is kept as its digits, however it was typed', () => {
  expect(canonicalPhone('+7 (916) 123-45-67')).toBe('79161234567');
  expect(canonicalPhone('8.916.123.45.67')).toBe('89161234567');
});

it.each(['', '1234', '+7 916 12O 45 67', '1234567890123456'])('%j is no phone', (input) => {
  expect(canonicalPhone(input)).toBeUndefined();
});
