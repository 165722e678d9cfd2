import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { ru } from './ru.ts';

type Words = { [key: string]: string | Words };

function flat(words: Words, prefix = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`),
  );
}

const TEXTS = { ru: new Map(flat(ru)), en: new Map(flat(en)) };
const keys = [...TEXTS.en.keys()].filter((key) => key.endsWith('_other')).map((key) => key.slice(0, -6));
/** «и ещё 5» has no noun, and it is «21 раз» as it is «25 раз». */
const SAME_FOR_ALL = new Set(['precheck.andMore', 'journal.times']);
const FORMS = {
  ru: { 1: 'one', 2: 'few', 5: 'many', 11: 'many', 21: 'one', 22: 'few', 25: 'many' },
  en: { 1: 'one', 2: 'other', 5: 'other', 11: 'other', 21: 'other', 22: 'other', 25: 'other' },
} as const;

describe('plural words', () => {
  const texts = i18next.createInstance();
  beforeAll(async () => {
    await texts.init({
      resources: { ru: { translation: ru }, en: { translation: en } },
      fallbackLng: false,
      interpolation: { escapeValue: false },
    });
  });

  it('there are some', () => {
    expect(keys.length).toBeGreaterThan(5);
  });

  it.each(keys)('%s is said right for 1, 2, 5, 21 and their like, in both languages', (key) => {
    for (const language of ['ru', 'en'] as const)
      for (const [number, form] of Object.entries(FORMS[language])) {
        const wanted = TEXTS[language].get(`${key}_${form}`)?.replaceAll('{{count}}', number);
        expect(texts.getFixedT(language)(key, { count: Number(number) }), `${language} ${number}`).toBe(
          wanted,
        );
      }
  });

  it.each(keys.filter((key) => !SAME_FOR_ALL.has(key)))('%s bends its noun: one is not many', (key) => {
    expect(TEXTS.ru.get(`${key}_one`)).not.toBe(TEXTS.ru.get(`${key}_many`));
    expect(TEXTS.en.get(`${key}_one`)).not.toBe(TEXTS.en.get(`${key}_other`));
  });
});
