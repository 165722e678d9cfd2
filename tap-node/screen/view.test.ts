import { describe, expect, it } from 'vitest';
import { SCREEN_STATES, screenState } from '#tap-node/testing/screenStates';
import { guestView } from './view.ts';
import type { GuestView } from './view.ts';

function viewOf(name: string): GuestView {
  const { state, now } = screenState(name);
  return guestView(state, now, { language: 'ru', tap: '3' });
}

describe('the guest screen', () => {
  it.each([
    ['idle', 'idle', 'Приложите карту', true],
    ['no-keg', 'say', 'Выберите другой кран', false],
    ['asking', 'say', 'Не убирайте карту', false],
    ['greeting', 'greeting', 'Кран открыт, наливайте', true],
    ['pouring', 'pouring', 'Снимите карту, когда закончите', false],
    ['closing', 'processing', 'Карту можно убрать', false],
    ['processing', 'processing', 'Карту можно убрать', false],
    ['saved', 'processing', 'Карту можно убрать', false],
    ['timeout', 'code', 'Покажите этот экран бармену', true],
    ['refused-funds', 'say', 'Пополните карту на баре', true],
    ['refused-lost', 'say', 'Отнесите её бармену', true],
    ['cleaning', 'say', 'Налейте пока на соседнем', false],
    ['offline', 'say', 'Выберите другой кран', false],
    ['stop', 'say', 'Дождитесь бармена', false],
    ['idle-en', 'idle', 'Lay your card here', true],
    ['pouring-en', 'pouring', 'Take your card off when done', false],
  ])('%s: one message, one thing to do', (name, look, footer, next) => {
    expect(viewOf(name)).toMatchObject({ look, footer: { text: footer, next } });
  });

  it('shows price, live millilitres and money as the bar writes them', () => {
    expect(viewOf('idle')).toMatchObject({
      title: 'Пилс «Старый мост»',
      sub: 'Светлый лагер, 4,8\u00a0%',
      by_glass: { price: '42,00\u00a0₽', per: 'за 100 мл' },
      by_litre: { price: '420,00\u00a0₽' },
    });
    expect(viewOf('pouring')).toMatchObject({
      ml: { value: '187', unit: 'мл' },
      money: { value: '78,54', unit: '₽' },
      filled: 14,
      left: 'Осталось 1\u00a0153\u00a0мл',
      on_card: 'На карте 1\u00a0151,66\u00a0₽',
    });
    expect(viewOf('pouring-en')).toMatchObject({
      money: { value: '₽78.54', unit: '' },
      left: 'Left 1,153\u00a0ml',
    });
  });

  it('greets by the name that the guest allowed, and rounds down what the card affords', () => {
    expect(viewOf('greeting')).toMatchObject({
      hello: 'Анна, здравствуйте!',
      on_card: { figure: { value: '1\u00a0230,20', unit: '₽' } },
      can_pour: { figure: { value: '1,34', unit: 'л' } },
    });
    expect(viewOf('greeting-nameless-en')).toMatchObject({
      hello: 'Welcome!',
      can_pour: { figure: { value: '640', unit: 'ml' } },
    });
  });

  it('the timeout panel shows code, ml and cost only when the lease is over', () => {
    expect(viewOf('timeout')).toMatchObject({
      code: ['03', '127', expect.stringMatching(/^\d$/)],
      ml: { value: '330' },
      money: { value: '138,60' },
    });
    const { state, now } = screenState('timeout');
    expect(guestView(state, now - 2_000, { language: 'ru', tap: '3' }).look).toBe('processing');
  });

  it('red ground is for the emergency stop only', () => {
    const red = Object.keys(SCREEN_STATES).filter((name) => {
      const view = viewOf(name);
      return view.look === 'say' && view.tone === 'stop';
    });
    expect(red).toEqual(['stop']);
  });

  it.each(Object.keys(SCREEN_STATES))(
    '%s: a fact of at most 45 characters, an action of at most 35',
    (name) => {
      const view = viewOf(name);
      expect(view.footer.text.length).toBeLessThanOrEqual(35);
      if (view.look === 'say') expect(view.heading.length).toBeLessThanOrEqual(45);
      expect(JSON.stringify(view)).not.toMatch(/undefined|NaN|null,"unit/);
    },
  );
});
