import type { PaymentMethod } from '../ledger/accounts.ts';
import { formatLitres, formatMoney, formatTimeOfDay, MINUS, NBSP } from '../texts/format.ts';
import type { Language } from '../texts/format.ts';
import type { Look } from './paper.ts';

/** Documents carry amounts without a currency sign: «1 500,00». */
export function amount(minor: number, language: Language): string {
  return formatMoney(minor, '', language).replaceAll(NBSP, ' ').trim();
}

/** Three decimals, so that columns add up. */
export const litres = (ml: number, language: Language): string =>
  formatLitres(ml, language, 3).replaceAll(NBSP, ' ');

/** An amount that went out: «−1 950,00»; nothing is «0,00». */
export const outgoing = (minor: number, language: Language): string =>
  minor === 0 ? amount(0, language) : `${MINUS}${amount(minor, language)}`;

/** 24.11.2026 in the bar's time zone, in both languages. */
export function day(instant: string, { time_zone }: Pick<Look, 'time_zone'>): string {
  return new Intl.DateTimeFormat('ru', {
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    timeZone: time_zone,
  }).format(new Date(instant));
}

export const dayAndTime = (instant: string, look: Pick<Look, 'time_zone'>): string =>
  `${day(instant, look)} ${formatTimeOfDay(instant, look.time_zone)}`;

/** 24.11.2026 from a business date. */
export const dateOf = (business_date: string): string => business_date.split('-').reverse().join('.');

/** Of an amount before it: what the house gave so that cash comes out whole. */
export function roundedRow(minor: number, language: Language): string[][] {
  return minor === 0 ? [] : [[WORDS[language].rounded, amount(minor, language)]];
}

export type Words = (typeof WORDS)['ru'];

export const words = (language: Language): Words => WORDS[language];

const WORDS = {
  ru: {
    visit: 'Визит',
    guest: 'Гость',
    anonymous: 'без имени',
    card: 'Карта',
    cashier: 'Кассир',
    top_up: 'Пополнение',
    refund: 'Возврат',
    by_method: { cash: 'наличными', card_terminal: 'по терминалу' } satisfies Record<PaymentMethod, string>,
    debt_paid: 'В счёт долга',
    balance: 'Остаток на карте',
    reason: 'Причина',
    time: 'Время',
    beverage: 'Напиток',
    ml: 'мл',
    tap: '№',
    per_litre: '/л',
    by_code: 'по коду',
    entered: 'введено вручную',
    pending: 'ещё не пришёл',
    corrected: 'исправлено, было',
    poured: 'Налито',
    topped_up: 'Внесено',
    refunded: 'Возвращено',
    left: 'Остаток',
    debt: 'Долг',
    vat_included: 'Цены включают НДС',
    not_fiscal: 'Не фискальный документ',
    thanks: 'Спасибо, что зашли!',
    no_pours: 'Наливов не было',
    copy: 'КОПИЯ',
    z: 'Z-отчёт',
    x: 'X-отчёт',
    shift: 'Смена',
    opened: 'Открыта',
    closed: 'Закрыта',
    taken: 'Снят',
    drawer: 'ДЕНЕЖНЫЙ ЯЩИК',
    float: 'Размен на начало',
    top_ups_cash: 'Пополнения наличными',
    refunds_cash: 'Возвраты наличными',
    cash_in: 'Внесено',
    cash_out: 'Изъято',
    debts_paid_cash: 'Долги, оплаченные наличными',
    expected: 'Ожидалось',
    counted: 'Посчитано',
    short: 'Недостача',
    over: 'Излишек',
    exact: 'Сходится',
    by_card: 'БЕЗ НАЛИЧНЫХ',
    top_ups_card: 'Пополнения картой',
    refunds_card: 'Возвраты на карту',
    debts_paid_card: 'Долги, оплаченные картой',
    handed_over: 'ПЕРЕДАЧА ЯЩИКА',
    sales: 'ПРОДАЖИ',
    nothing_sold: 'Продаж не было',
    total: 'Итого',
    corrections: 'ИСПРАВЛЕНИЯ',
    comped: 'За счёт бара',
    reversed: 'Отменённые наливы',
    adjusted: 'По разбору',
    written_off: 'Списанные долги',
    rounded: 'В том числе округление',
    rounding: 'Округление наличных',
    debts_new: 'Новые долги',
    debts_paid: 'Оплаченные долги',
    guests_money: 'Деньги гостей',
    debts_all: 'Долги гостей',
    unclaimed: 'Невостребованное',
    tap_waived: 'Кран без ответа',
    recovery: 'Использован код восстановления',
    test: 'Проверка принтера',
    test_line: 'Если эту строку можно прочесть, принтер настроен.',
  },
  en: {
    visit: 'Visit',
    guest: 'Guest',
    anonymous: 'no name',
    card: 'Card',
    cashier: 'Cashier',
    top_up: 'Top-up',
    refund: 'Refund',
    by_method: { cash: 'cash', card_terminal: 'card terminal' },
    debt_paid: 'Towards the debt',
    balance: 'Balance on the card',
    reason: 'Reason',
    time: 'Time',
    beverage: 'Beverage',
    ml: 'ml',
    tap: '#',
    per_litre: '/L',
    by_code: 'by code',
    entered: 'entered by hand',
    pending: 'not in yet',
    corrected: 'corrected, was',
    poured: 'Poured',
    topped_up: 'Topped up',
    refunded: 'Refunded',
    left: 'Balance',
    debt: 'Debt',
    vat_included: 'Prices include VAT',
    not_fiscal: 'Not a fiscal document',
    thanks: 'Thank you for coming!',
    no_pours: 'No pours',
    copy: 'COPY',
    z: 'Z report',
    x: 'X report',
    shift: 'Shift',
    opened: 'Opened',
    closed: 'Closed',
    taken: 'Taken',
    drawer: 'CASH DRAWER',
    float: 'Float',
    top_ups_cash: 'Top-ups in cash',
    refunds_cash: 'Refunds in cash',
    cash_in: 'Paid in',
    cash_out: 'Taken out',
    debts_paid_cash: 'Debts paid in cash',
    expected: 'Expected',
    counted: 'Counted',
    short: 'Short',
    over: 'Over',
    exact: 'Agrees',
    by_card: 'CARD TERMINAL',
    top_ups_card: 'Top-ups by card',
    refunds_card: 'Refunds to card',
    debts_paid_card: 'Debts paid by card',
    handed_over: 'DRAWER HAND-OVER',
    sales: 'SALES',
    nothing_sold: 'No sales',
    total: 'Total',
    corrections: 'CORRECTIONS',
    comped: 'On the house',
    reversed: 'Reversed pours',
    adjusted: 'By review',
    written_off: 'Debts written off',
    rounded: 'Of it rounding',
    rounding: 'Rounding of cash',
    debts_new: 'New debts',
    debts_paid: 'Debts paid',
    guests_money: "Guests' money",
    debts_all: "Guests' debts",
    unclaimed: 'Unclaimed',
    tap_waived: 'Tap without an answer',
    recovery: 'Recovery code used',
    test: 'Printer test',
    test_line: 'If you can read this line, the printer is set up.',
  },
};
