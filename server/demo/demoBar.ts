import type { Role } from '#domain/staff/roles';
import type { PaymentMethod } from '#domain/ledger/accounts';

/** The demo bar as data. Money in minor units, volumes in ml. */
export const DEMO_SETTINGS = {
  name: 'Кран и Кружка',
  currency: 'RUB',
  time_zone: 'Europe/Moscow',
  language: 'ru',
  age_limit: 18,
} as const;

export const DEMO_STAFF: readonly { name: string; role: Role; pin: string }[] = [
  { name: 'Марина', role: 'cashier', pin: '1111' },
  { name: 'Олег', role: 'shift_lead', pin: '2222' },
  { name: 'Инна', role: 'engineer', pin: '3333' },
];

type DemoBeverage = {
  name: string;
  style: string;
  abv_permille: number;
  price_minor_per_litre: number;
  /** what is connected, and to which tap */
  on_tap: { number: number; size_ml: number } | null;
  in_store_ml: readonly number[];
};

export const DEMO_BEVERAGES: readonly DemoBeverage[] = [
  beverage('Жигулёвское домашнее', 'Лагер', 45, 30_000, { number: 1, size_ml: 50_000 }, [50_000]),
  beverage('Хеллес «Ладога»', 'Хеллес', 48, 39_000, { number: 2, size_ml: 30_000 }, [30_000]),
  beverage('Пилс «Старый мост»', 'Пилс', 47, 42_000, { number: 3, size_ml: 30_000 }, [30_000, 30_000]),
  beverage('IPA «Северный ветер»', 'IPA', 62, 56_000, { number: 4, size_ml: 20_000 }, [20_000]),
  beverage('Стаут овсяный', 'Стаут', 55, 52_000, null, [20_000]),
  beverage('Сидр «Антоновка»', 'Сидр', 50, 44_000, null, [30_000]),
];

function beverage(
  name: string,
  style: string,
  abv_permille: number,
  price_minor_per_litre: number,
  on_tap: DemoBeverage['on_tap'],
  in_store_ml: readonly number[],
): DemoBeverage {
  return { name, style, abv_permille, price_minor_per_litre, on_tap, in_store_ml };
}

export type DemoGuest = {
  name: string | null;
  phone: string | null;
  top_up_minor: number;
  method: PaymentMethod;
  /** null: no card yet, or the guest has gone and the money waits */
  card_uid: string | null;
  /** has the guest a visit now? */
  here: boolean;
};

const card = (n: number): string => `04DE00000000${n.toString(16).toUpperCase().padStart(2, '0')}`;

export const DEMO_GUESTS: readonly DemoGuest[] = [
  here('Анна Кравцова', '79165550112', 250_000, 'cash', 1),
  here('Тимур Ахметов', '79165550134', 150_000, 'card_terminal', 2),
  here('Игорь Лебедев', '79165550145', 120_000, 'cash', 3),
  here('Дмитрий Сомов', '79165554512', 150_000, 'cash', 4),
  here('Ольга Мартынова', '79165550178', 215_000, 'card_terminal', 5),
  here(null, null, 100_000, 'cash', 6),
  here('Светлана Юдина', null, 176_330, 'card_terminal', 7),
  here('Фёдор Ёлкин', '79165550190', 300_000, 'cash', 8),
  { ...here('Кирилл Зайцев', '79165550156', 100_000, 'cash', 0), card_uid: null },
  here(null, null, 50_000, 'cash', 9),
  { ...here('Павел Громов', '79165550167', 80_740, 'cash', 0), card_uid: null, here: false },
  { ...here('Мария Соколова', '79165550123', 40_000, 'card_terminal', 0), card_uid: null, here: false },
];

function here(
  name: string | null,
  phone: string | null,
  top_up_minor: number,
  method: PaymentMethod,
  n: number,
): DemoGuest {
  return { name, phone, top_up_minor, method, card_uid: card(n), here: true };
}

/** The stack of free cards beside the till. */
export const DEMO_FREE_CARDS: readonly string[] = Array.from({ length: 12 }, (_, index) => card(32 + index));
export const DEMO_FLOAT_MINOR = 500_000;
