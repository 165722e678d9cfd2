import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as format from './format.ts';

const s = (text: string) => text.replaceAll(' ', '\u00a0');

describe('format', () => {
  it.each([
    [123450, 'RUB', '1 234,50 ₽', '₽1,234.50'],
    [0, 'RUB', '0,00 ₽', '₽0.00'],
    [5, 'USD', '0,05 $', '$0.05'],
    [-1250, 'EUR', '−12,50 €', '−€12.50'],
    [300_000_000_000, 'RUB', '3 000 000 000,00 ₽', '₽3,000,000,000.00'],
    [100, 'GEL', '1,00 GEL', 'GEL 1.00'],
  ])('%i minor units of %s', (minor, currency, ru, en) => {
    expect(format.formatMoney(minor, currency, 'ru')).toBe(s(ru));
    expect(format.formatMoney(minor, currency, 'en')).toBe(s(en));
  });

  it('a round amount may drop its hundredths, another one never', () => {
    expect(format.formatMoneyShort(50000, 'RUB', 'ru')).toBe(s('500 ₽'));
    expect(format.formatMoneyShort(100_000, 'RUB', 'en')).toBe('₽1,000');
    expect(format.formatMoneyShort(50010, 'RUB', 'ru')).toBe(s('500,10 ₽'));
  });

  it('what is shown can be typed back: parseMoney undoes formatMoney', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999_999 }), (minor) => {
        expect(format.parseMoney(format.formatMoney(minor, 'RUB', 'ru').replace('₽', ''))).toBe(minor);
      }),
    );
  });

  it.each([
    ['1000', 100000],
    ['10,5', 1050],
    ['10.05', 1005],
    ['1 000,', 100000],
    ['', null],
    [',5', null],
    ['1,234', null],
    ['12a', null],
    ['-5', null],
  ])('%j is %s minor units', (text, minor) => {
    expect(format.parseMoney(text)).toBe(minor);
  });

  it.each([
    [312, '312 мл', '312 ml'],
    [1091, '1 091 мл', '1,091 ml'],
  ])('%i ml', (ml, ru, en) => {
    expect(format.formatMl(ml, 'ru')).toBe(s(ru));
    expect(format.formatMl(ml, 'en')).toBe(s(en));
  });

  it.each([
    [12800, 1, '12,8 л', '12.8 L'],
    [450, 2, '0,45 л', '0.45 L'],
    [305, 3, '0,305 л', '0.305 L'],
    [-2150, 1, '−2,2 л', '−2.2 L'],
    [49_950, 1, '50,0 л', '50.0 L'],
  ] as const)('%i ml as litres with %i decimals', (ml, decimals, ru, en) => {
    expect(format.formatLitres(ml, 'ru', decimals)).toBe(s(ru));
    expect(format.formatLitres(ml, 'en', decimals)).toBe(s(en));
  });

  it('strength, numbers of taps and the tail of a card', () => {
    expect(format.formatPermille(48, 'ru')).toBe(s('4,8 %'));
    expect(format.formatPermille(48, 'en')).toBe('4.8%');
    expect(format.formatNumber(3, 'ru')).toBe('№3');
    expect(format.formatNumber(3, 'en')).toBe('#3');
    expect(format.cardTail('04A1B2C3D44180')).toBe('4180');
  });

  it.each([
    [134_000, '02:14'],
    [0, '00:00'],
    [-5, '00:00'],
    [3_734_000, '1:02:14'],
  ])('a lock of %i ms runs as %s', (ms, text) => {
    expect(format.formatRunning(ms)).toBe(text);
  });

  it.each([
    [74 * 60_000, '1 ч 14 м', '1 h 14 m'],
    [9 * 60_000, '9 мин', '9 min'],
    [59_999, '0 мин', '0 min'],
  ])('a stay of %i ms', (ms, ru, en) => {
    expect(format.formatStay(ms, 'ru')).toBe(s(ru));
    expect(format.formatStay(ms, 'en')).toBe(s(en));
  });

  it('a short span counts seconds, a long one minutes', () => {
    expect(format.formatSpan(3400, 'ru')).toBe(s('4 с'));
    expect(format.formatSpan(360_000, 'en')).toBe(s('6 min'));
  });

  it('time of day is the bar’s, 24 hours', () => {
    expect(format.formatTimeOfDay('2026-11-24T16:42:00Z', 'Europe/Moscow')).toBe('19:42');
    expect(format.formatTimeOfDay('2026-11-24T21:05:00Z', 'Europe/Moscow')).toBe('00:05');
  });

  it('a day has its month in words, whatever the zone of this computer', () => {
    expect(format.formatDay('2026-11-24', 'ru')).toBe('24\u00a0ноября 2026');
    expect(format.formatDay('2026-01-01', 'en')).toBe('1\u00a0January 2026');
  });

  it('of a phone only the tail is shown', () => {
    expect(format.formatPhoneTail('79165554512')).toBe(s('+7 ··· 45-12'));
    expect(format.formatPhoneTail('4512')).toBe(s('··· 45-12'));
    expect(format.formatPhoneTail('447700900123')).not.toContain('7700');
  });

  it.each([
    [1, 'визит', 'visit'],
    [2, 'визита', 'visits'],
    [5, 'визитов', 'visits'],
    [11, 'визитов', 'visits'],
    [21, 'визит', 'visits'],
    [0, 'визитов', 'visits'],
  ])('plural of %i', (count, ru, en) => {
    const forms = { one: 'визит', few: 'визита', many: 'визитов', other: 'визита' };
    expect(format.plural(count, 'ru', forms)).toBe(ru);
    expect(format.plural(count, 'en', { one: 'visit', other: 'visits' })).toBe(en);
  });
});
