import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('window', {
  location: { origin: 'http://localhost', hash: '' },
  localStorage: { getItem: () => null, setItem: () => undefined },
  sessionStorage: { getItem: () => null, setItem: () => undefined, removeItem: () => undefined },
});
vi.stubGlobal('document', { documentElement: { lang: '' } });
const { whatIsMissing } = await import('./useFirstRun.ts');
type SetupText = Parameters<typeof whatIsMissing>[0];

const complete: SetupText = {
  bar_name: 'Бар',
  currency: 'RUB',
  time_zone: 'Europe/Moscow',
  age_limit: '18',
  operator_name: 'Марина',
  pin: '1357',
  pinAgain: '1357',
  beverage: 'Пилс',
  abv: '4,8',
  price: '420',
  keg_size_ml: 30_000,
  tap_number: '1',
};

describe('the first-run wizard', () => {
  it('asks for nothing more once everything is filled in', () => {
    for (const step of ['bar', 'operator', 'tap'] as const) expect(whatIsMissing(complete, step)).toBeNull();
  });

  it.each([
    ['bar', { bar_name: '  ' }, 'barName'],
    ['bar', { age_limit: '31' }, 'age'],
    ['operator', { operator_name: '' }, 'operatorName'],
    ['operator', { pin: '123', pinAgain: '123' }, 'pin'],
    ['operator', { pinAgain: '1358' }, 'pinAgain'],
    ['tap', { beverage: '' }, 'beverage'],
    ['tap', { abv: '101' }, 'abv'],
    ['tap', { price: 'x' }, 'price'],
    ['tap', { price: '100001' }, 'price'],
    ['tap', { tap_number: '0' }, 'tap'],
  ] as const)('%s: %o is missing %s', (step, part, missing) => {
    expect(whatIsMissing({ ...complete, ...part }, step)).toBe(missing);
  });
});
