import { describe, expect, it } from 'vitest';
import { NODE_REFUSAL_CODES, REFUSAL_CODES } from '../grant/refusals.ts';
import { refusalText } from './refusals.ts';

const CODES = [...REFUSAL_CODES, ...NODE_REFUSAL_CODES];
const full = {
  tap_number: 5,
  at_tap_number: 3,
  balance_minor: 320,
  currency: 'RUB',
  card_uid: '04A1B2C3D44180',
};

describe('refusal texts', () => {
  describe.each(CODES)('%s', (code) => {
    it.each([{}, full])('has a fact, an action and a staff line in both languages', (params) => {
      const text = refusalText(code, params);
      for (const sentence of [text.guest, text.guest_action, text.operator]) {
        expect(sentence.ru).toMatch(/^[А-ЯЁ]/);
        expect(sentence.en).toMatch(/^[A-Z]/);
        expect(sentence.en).not.toMatch(/[а-яё]/i);
        expect(`${sentence.ru}${sentence.en}`).not.toMatch(/undefined|null|NaN|_|ошибк|error|!/i);
      }
    });

    it('keeps the guest’s fact within 50 and the action within 40 characters', () => {
      const text = refusalText(code, full);
      for (const language of ['ru', 'en'] as const) {
        expect(text.guest[language].length).toBeLessThanOrEqual(50);
        expect(text.guest_action[language].length).toBeLessThanOrEqual(40);
      }
    });
  });

  it('names the other tap of a card that is in use elsewhere', () => {
    const text = refusalText('card_in_use_on_other_tap', full);
    expect(text.guest).toEqual({
      ru: 'По этой карте сейчас наливают на кране №5',
      en: 'This card is pouring at tap 5',
    });
    expect(text.operator.ru).toBe('Карта 4180: отказ на кране №3, занята краном №5');
  });

  it('says how much money there is when it is not enough', () => {
    expect(refusalText('insufficient_funds', full).guest).toEqual({
      ru: 'На карте 3,20\u00a0₽, этого не хватит',
      en: 'You have ₽3.20, not enough to pour',
    });
  });

  it('tells a tap that is being cleaned from one that is off', () => {
    expect(refusalText('tap_unavailable', { tap_status: 'cleaning' }).guest.ru).toBe('Промываем этот кран');
    expect(refusalText('tap_unavailable', {}).guest.ru).toBe('Этот кран сейчас не наливает');
  });
});
