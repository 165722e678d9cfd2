import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '#domain/texts/format';
import { en } from './en.ts';
import { ru } from './ru.ts';

const KEY = 'taptill.language';

/** Chosen at this screen; null: nobody has chosen, the bar's language counts. */
export function chosenLanguage(): Language | null {
  const chosen = window.localStorage.getItem(KEY);
  return chosen === 'ru' || chosen === 'en' ? chosen : null;
}

void i18next.use(initReactI18next).init({
  resources: { ru: { translation: ru }, en: { translation: en } },
  lng: chosenLanguage() ?? 'ru',
  fallbackLng: false,
  interpolation: { escapeValue: false },
});

export function showIn(language: Language): void {
  document.documentElement.lang = language;
  if (i18next.language !== language) void i18next.changeLanguage(language);
}

export function chooseLanguage(language: Language): void {
  window.localStorage.setItem(KEY, language);
  showIn(language);
}

showIn(chosenLanguage() ?? 'ru');
