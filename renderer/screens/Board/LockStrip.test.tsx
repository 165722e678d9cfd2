import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { initReactI18next } from 'react-i18next';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { BoardWire, VisitWire } from '#domain/protocol/till';
import { en } from '../../i18n/en.ts';
import { ru } from '../../i18n/ru.ts';
import { LockStrip } from './LockStrip.tsx';

const SET_AT = '2026-11-24T18:00:00.000Z';
vi.mock('../../lib/clock.ts', () => ({ useNow: () => Date.parse('2026-11-24T18:02:14.000Z') }));
vi.mock('../../live/useLivePour.ts', () => ({ useLivePour: () => ({ ml: 250, minor: 7_500 }) }));

beforeAll(() =>
  i18next.use(initReactI18next).init({
    resources: { ru: { translation: ru }, en: { translation: en } },
    lng: 'en',
    fallbackLng: false,
    interpolation: { escapeValue: false },
  }),
);

type Shown = Pick<VisitWire, 'lock' | 'card_uid' | 'unsettled'>;
const free: Shown = { lock: null, card_uid: '04A1B2C3D4E580', unsettled: [] };
const locked: Shown = {
  ...free,
  lock: { tap_id: 7, tap_number: 3, lock_set_at: SET_AT, grant_id: 'g0' },
};
async function words(language: 'ru' | 'en', visit: Shown): Promise<string> {
  await i18next.changeLanguage(language);
  const markup = renderToStaticMarkup(
    <LockStrip visit={{ visit_id: 1, ...visit } as VisitWire} board={{ taps: [] } as unknown as BoardWire} />,
  );
  return markup.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
}

describe('the lock of a visit, on its strip', () => {
  it('M3.5 · Lock state is clearly visible (`Locked on tap #X` / `No active tap`).', async () => {
    expect(await words('en', locked)).toMatch(/Locked on tap #3.*02:14/);
    expect(await words('en', free)).toContain('No active tap');
    expect(await words('ru', locked)).toMatch(/Занята: кран №3.*02:14/);
    expect(await words('ru', free)).toContain('Карта свободна');
  });

  it('a pour that a tap still has to report stands in place of the lock, with its tap', async () => {
    const grant = { state: 'orphaned', lease_over: false, tap_number: 3, short_id: '031272' };
    const visit = { ...free, unsettled: [grant] } as unknown as Shown;
    expect(await words('en', visit)).toContain('Waiting for tap #3');
    expect(await words('ru', visit)).toContain('Ждём объём с крана №3');
  });
});
