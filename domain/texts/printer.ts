import type { PrinterProblem } from '../receipt/documents.ts';
import type { Language } from './format.ts';

/** What is wrong with the printer and what to do, for the banner and the queue. The sale went on without it. */
const PROBLEMS: Readonly<Record<PrinterProblem, Readonly<Record<Language, string>>>> = {
  not_set_up: {
    ru: 'Принтер не настроен. Укажите его в настройках.',
    en: 'No printer is set up. Choose one in the settings.',
  },
  unreachable: {
    ru: 'Принтер не отвечает в сети. Проверьте питание и кабель; продажи идут, чеки ждут.',
    en: 'The printer cannot be reached. Check its power and cable; sales go on, receipts wait.',
  },
  no_answer: {
    ru: 'Принтер не принимает данные. Проверьте бумагу и крышку.',
    en: 'The printer takes no data. Check its paper and its cover.',
  },
  cut_off: {
    ru: 'Связь с принтером прервалась во время печати. Чек напечатается ещё раз.',
    en: 'The connection broke while printing. The receipt will be printed again.',
  },
  no_device: {
    ru: 'Принтер не найден. Подключите кабель или проверьте путь в настройках.',
    en: 'The printer is not there. Plug its cable in or check the path in the settings.',
  },
  no_permission: {
    ru: 'Нет доступа к принтеру. Дайте пользователю кассы право на запись.',
    en: 'No access to the printer. Let the till’s user write to it.',
  },
  no_space: {
    ru: 'На диске нет места для чеков. Освободите место.',
    en: 'The disk has no space for receipts. Make some.',
  },
  unknown: {
    ru: 'Чек не напечатался. Попробуйте ещё раз.',
    en: 'The receipt was not printed. Try again.',
  },
};

export const printerText = (problem: PrinterProblem, language: Language): string =>
  PROBLEMS[problem][language];
