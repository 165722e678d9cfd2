import { describe, expect, it } from 'vitest';
import { transform } from 'receiptline';
import type { ShiftFigures, ZReport } from '../shift/zReport.ts';
import { moneyReceipt } from './money.ts';
import type { MoneyFacts } from './money.ts';
import type { Look } from './paper.ts';
import { xReceipt, zReceipt } from './shift.ts';
import { trialReceipt } from './trial.ts';
import { visitReceipt } from './visit.ts';
import type { VisitFacts } from './visit.ts';

const RU: Look = {
  language: 'ru',
  bar_name: 'Кран и Кружка',
  time_zone: 'Europe/Moscow',
  columns: 48,
  charset: null,
};
const EN: Look = { ...RU, language: 'en', bar_name: 'Tap & Mug' };
/** As on paper, without the spaces at the ends of lines. */
const shown = (document: string, look: Look): string[] =>
  transform(document, { cpl: look.columns, command: 'text' })
    .split('\n')
    .map((line) => line.trimEnd());

const POURS: VisitFacts['pours'] = [
  {
    at: '2026-11-24T17:15:00Z',
    beverage: 'Хеллес «Ладога»',
    tap_number: 2,
    ml: 412,
    charged_minor: 16_068,
    price_minor_per_litre: 39_000,
    manual: null,
    was_minor: null,
  },
  {
    at: '2026-11-24T17:56:00Z',
    beverage: 'Пилс «Старый мост»',
    tap_number: 3,
    ml: 330,
    charged_minor: 13_860,
    price_minor_per_litre: 42_000,
    manual: { short_id: '031272' },
    was_minor: 20_000,
  },
];
const VISIT: VisitFacts = {
  visit_id: 1042,
  guest_name: 'Анна К.',
  card_uid: '04A1B2C3D44180',
  cashier: 'Марина',
  at: '2026-11-24T20:12:00Z',
  pours: POURS,
  topped_up: [{ method: 'cash', amount_minor: 150_000 }],
  refunded: [{ method: 'cash', amount_minor: 120_072 }],
  balance_minor: 0,
  debt_minor: 0,
  vat_permille: 200,
};
const MONEY: MoneyFacts = {
  kind: 'top_up',
  visit_id: 7,
  guest_name: null,
  card_uid: null,
  cashier: 'Олег',
  method: 'card_terminal',
  amount_minor: 100_000,
  debt_paid_minor: 2_500,
  balance_minor: 97_500,
  reason: null,
  at: '2026-11-24T17:15:00Z',
};
const FIGURES: ShiftFigures = {
  shift_id: 218,
  business_date: '2026-11-24',
  opened_at: '2026-11-24T13:00:00Z',
  opened_by: 1,
  float_minor: 500_000,
  methods: [
    {
      method: 'cash',
      top_up_count: 12,
      top_ups_minor: 2_430_000,
      refund_count: 2,
      refunds_minor: 195_000,
      net_minor: 2_235_000,
    },
  ],
  cash_moves: { in_minor: 0, out_minor: 50_000 },
  cash_sessions: [],
  sales: [{ beverage_id: 1, beverage: 'IPA «Северный ветер»', pours: 40, ml: 16_940, sales_minor: 948_640 }],
  sales_minor: 948_640,
  receivables: { new_minor: 0, paid_minor: 0 },
  corrections: {
    comped_ml: 620,
    comped_minor: 34_720,
    reversed_ml: 0,
    reversed_minor: 0,
    adjusted_minor: 1_500,
    written_off_minor: 0,
    debts_paid_cash_minor: 0,
    debts_paid_card_minor: 0,
  },
  liabilities: { guests_minor: 1_071_110, receivable_minor: 0, unclaimed_minor: 0 },
};
const Z: ZReport = {
  ...FIGURES,
  z_number: 218,
  closed_at: '2026-11-24T20:52:00Z',
  closed_by: 2,
  cash: { expected_minor: 2_685_000, counted_minor: 2_680_000, difference_minor: -5_000 },
  count: null,
  reason: 'ошибка сдачи',
  waived_taps: [{ tap_number: 7, reason: 'узел сгорел', approved_by: 2 }],
  recoveries: [],
};
const nameOf = (operator_id: number): string | null => (operator_id === 1 ? 'Марина' : 'Олег');

describe('receipts', () => {
  it('a visit: each pour with its price, what was put right, and sums in three decimals that add up', () => {
    expect(shown(visitReceipt(VISIT, RU), RU)).toEqual([
      '           К р а н   и   К р у ж к а',
      '------------------------------------------------',
      'Визит №1042                     24.11.2026 23:12',
      'Гость                                    Анна К.',
      'Карта                                       4180',
      'Кассир                                    Марина',
      '------------------------------------------------',
      'Время  Напиток                    мл',
      '20:15  Хеллес «Ладога»           412      160,68',
      '       №2, 390,00/л',
      '20:56  Пилс «Старый мост»        330      138,60',
      '       №3, 420,00/л',
      '       по коду 03 127 2',
      '       исправлено, было 200,00',
      '------------------------------------------------',
      'Налито, 0,742 л                           299,28',
      'Внесено наличными                       1 500,00',
      'Возвращено наличными                    1 200,72',
      'Остаток                                     0,00',
      '------------------------------------------------',
      '    Цены включают НДС. Не фискальный документ',
      '               Спасибо, что зашли!',
      '',
      '',
    ]);
  });

  it('on narrow paper the volume stands under the beverage, and no line is longer than the paper', () => {
    const narrow = { ...RU, columns: 32 };
    const lines = shown(visitReceipt(VISIT, narrow), narrow);
    expect(lines).toContain('       412 мл');
    for (const document of [
      zReceipt(Z, narrow, nameOf),
      moneyReceipt(MONEY, narrow),
      visitReceipt(VISIT, narrow),
    ])
      for (const line of shown(document, narrow)) expect(line.length).toBeLessThanOrEqual(32);
  });

  it('a top-up says what went towards the debt and what is on the card now', () => {
    const lines = shown(moneyReceipt(MONEY, EN), EN);
    expect(lines).toContain('Guest                                    no name');
    expect(lines).toContain('Top-up card terminal                    1,000.00');
    expect(lines).toContain('Towards the debt                           25.00');
    expect(lines).toContain('Balance on the card                       975.00');
    expect(shown(moneyReceipt({ ...MONEY, kind: 'refund', reason: 'ушёл' }, RU), RU)).toContain(
      'Причина                                     ушёл',
    );
  });

  it('a Z: drawer, sales, corrections, guests’ money, who answered for a silent tap', () => {
    const lines = shown(zReceipt(Z, RU, nameOf), RU);
    for (const line of [
      'Открыта                  24.11.2026 16:00 Марина',
      'Закрыта                    24.11.2026 23:52 Олег',
      'Размен на начало                        5 000,00',
      'Возвраты наличными                     −1 950,00',
      'Изъято                                   −500,00',
      'Ожидалось                              26 850,00',
      'Посчитано                              26 800,00',
      'Недостача                                  50,00',
      'Причина                             ошибка сдачи',
      'IPA «Северный ветер»       16,940 л     9 486,40',
      'За счёт бара                0,620 л      −347,20',
      'По разбору                                 15,00',
      'Деньги гостей                          10 711,10',
      'Кран без ответа №7: узел сгорел         PIN Олег',
    ])
      expect(lines).toContain(line);
    expect(lines.join('\n')).not.toContain('Отменённые наливы');
  });

  it('an X counts nothing', () => {
    const lines = shown(
      xReceipt(
        { ...FIGURES, taken_at: '2026-11-24T19:00:00Z', taken_by: 1, expected_minor: 2_685_000 },
        EN,
        nameOf,
      ),
      EN,
    );
    expect(lines).toContain('Taken                    24.11.2026 22:00 Марина');
    expect(lines.join('\n')).not.toContain('Counted');
  });

  it('a hostile name is plain text: no command, no second column, no picture, no cut', () => {
    const hostile = '\u001b@\u001dV\u0000 | {image:AAAA} \\x1b "^^^_~`\u202eкнИ\n=\n-';
    const document = visitReceipt({ ...VISIT, guest_name: hostile }, RU);
    const lines = shown(document, RU);
    expect(lines.join('\n')).toContain('{image:AAAA}');
    expect(lines.join('\n')).toContain('\\x1b');
    expect(lines.filter((line) => /^-+$/.test(line))).toHaveLength(4);
    const bytes = transform(document, { cpl: 48, encoding: 'cp866', command: 'escpos' });
    const clean = transform(visitReceipt({ ...VISIT, guest_name: 'x' }, RU), {
      cpl: 48,
      encoding: 'cp866',
      command: 'escpos',
    });
    for (const command of ['\u001b@', '\u001dV'])
      expect(bytes.split(command).length, 'resets and cuts').toBe(clean.split(command).length);
    expect(bytes).not.toContain('\u202e');
  });

  it('code page 866 gets letters it has', () => {
    const lines = shown(visitReceipt(VISIT, { ...RU, charset: 'cp866' }), RU).join('\n');
    expect(lines).toContain('Хеллес "Ладога"');
    expect(lines).toMatch(/^[\x20-\x7e\nА-яЁё№]*$/);
    expect(shown(trialReceipt('2026-11-24T19:00:00Z', { ...RU, charset: 'cp866' }), RU).join('\n')).toContain(
      'Ё',
    );
  });
});
