import { describe, expect, it } from 'vitest';
import { isShortId, shortId, showShortId } from './shortId.ts';

const all = Array.from({ length: 99 }, (_, i) => i + 1).flatMap((tap) =>
  [0, 1, 7, 42, 127, 500, 998, 999].map((counter) => shortId(tap, counter)),
);

describe('shortId', () => {
  it('is tap, counter and check digit, and shows in groups', () => {
    expect(shortId(3, 127)).toMatch(/^03127\d$/);
    expect(showShortId('031272')).toBe('03 127 2');
  });

  it('accepts what it made, also with spaces', () => {
    for (const code of all) expect(isShortId(showShortId(code))).toBe(true);
  });

  it('catches every single mistyped digit', () => {
    for (const code of all)
      for (let at = 0; at < 6; at++)
        for (let digit = 0; digit < 10; digit++) {
          const typed = code.slice(0, at) + String(digit) + code.slice(at + 1);
          if (typed !== code) expect(isShortId(typed)).toBe(false);
        }
  });

  it('catches every swap of neighbours', () => {
    for (const code of all)
      for (let at = 0; at < 5; at++) {
        const typed = code.slice(0, at) + code.charAt(at + 1) + code.charAt(at) + code.slice(at + 2);
        if (typed !== code) expect(isShortId(typed)).toBe(false);
      }
  });

  it.each(['', '12345', '1234567', 'abcdef'])('%j is no code', (typed) => {
    expect(isShortId(typed)).toBe(false);
  });
});
