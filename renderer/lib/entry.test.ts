import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryMinor, entryOf, entryText, entryWhole, NO_ENTRY, typeKey } from './entry.ts';
import { parseMoney } from '#domain/texts/format';

const type = (keys: string[], from = NO_ENTRY, decimals = true) =>
  keys.reduce((entry, key) => typeKey(entry, key, decimals), from);

describe('a figure typed on the pad', () => {
  it.each([
    [['1', '00', '0'], 100_000],
    [['1', '5', ',', '5'], 1550],
    [['1', '5', '.', '0', '5', '9'], 1505],
    [[',', '5'], 50],
    [['0', '0', '7'], 700],
    [['1', '2', 'Backspace', '3'], 1300],
    [['Backspace'], 0],
    [['x', 'Enter', '-'], 0],
    [['1', ',', ',', '5'], 150],
  ])('%j is %i minor units', (keys, minor) => {
    expect(entryMinor(type(keys))).toBe(minor);
  });

  it('the first digit replaces a quick amount, the next ones follow it', () => {
    expect(type(['2', '5'], entryOf('1500')).text).toBe('25');
    expect(type(['Backspace'], entryOf('1500')).text).toBe('');
  });

  it('millilitres take no comma', () => {
    expect(entryWhole(type(['3', ',', '3', '0'], NO_ENTRY, false))).toBe(330);
    expect(entryWhole(NO_ENTRY)).toBeNull();
  });

  it('never grows beyond seven digits before the comma, so no amount leaves the safe range', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('1', '9', '00', '0', ',', 'Backspace'), { maxLength: 40 }),
        (keys) => {
          expect(entryMinor(type(keys))).toBeLessThanOrEqual(999_999_999);
        },
      ),
    );
  });

  it('an amount and its text are each other’s', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (minor) => {
        expect(parseMoney(entryText(minor))).toBe(minor);
      }),
    );
  });
});
