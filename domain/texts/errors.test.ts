import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../errors.ts';
import { errorText } from './errors.ts';

const sentences = (text: string): number =>
  text.split(/[.:;](?:\s|$)/).filter((part) => part.trim() !== '').length;

describe('error texts', () => {
  describe.each(ERROR_CODES)('%s', (code) => {
    it.each([{}, { seconds_left: 42, currency: 'EUR', free_minor: 1200, tap_number: 3, max_ml: 500 }])(
      'says in both languages what happened and what to do, without code words',
      (params) => {
        const text = errorText(code, params);
        expect(text.ru).toMatch(/^([А-ЯЁ]|PIN).*[.]$/);
        expect(text.en).toMatch(/^[A-Z].*[.]$/);
        expect(text.en).not.toMatch(/[а-яё]/i);
        expect(sentences(text.ru)).toBeGreaterThanOrEqual(2);
        expect(sentences(text.en)).toBeGreaterThanOrEqual(2);
        for (const part of [code, code.split('.')[1] ?? '', 'undefined', 'null', 'NaN', '_'])
          if (/[_.]/.test(part)) expect(`${text.ru} ${text.en}`).not.toContain(part);
      },
    );
  });

  it('counts the seconds until a pour may be entered by hand', () => {
    expect(errorText('grant.pour_may_run', { seconds_left: 42 }).ru).toContain('через 42\u00a0с');
    expect(errorText('grant.pour_may_run', {}).en).toContain('Try again later.');
  });

  it('names the largest refund in the bar’s currency', () => {
    expect(errorText('money.above_free_balance', { free_minor: 123450, currency: 'EUR' }).en).toContain(
      '€1,234.50',
    );
  });

  it('names the tap of the other pour, the greatest volume and the right code', () => {
    expect(errorText('grant.code_of_other', { tap_number: 5 }).ru).toContain('кране №5');
    expect(errorText('grant.above_limit', { max_ml: 520 }).en).toContain('520\u00a0ml');
    expect(errorText('grant.code_wrong', { short_id: '031272' }).ru).toContain('03 127 2');
  });
});
