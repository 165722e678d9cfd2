import { DomainError } from '#domain/errors';
import type { SetupAnswer } from '#domain/protocol/access';
import type { Role } from '#domain/staff/roles';
import { inTransaction, type Unit } from '#server/db/inTransaction';
import { query, queryOne } from '#server/db/query';
import { appendEvent } from '#server/events/append';
import { hashPin } from '#server/security/pin';
import { openShift } from './openShift.ts';
import { openVisit } from './openVisit.ts';
import { appendAudit } from './support/appendAudit.ts';
import type { Actor, Deps } from './support/deps.ts';
import { topUp } from './topUp.ts';

const BAR = {
  name: 'Старый мост',
  currency: 'RUB',
  time_zone: 'Europe/Moscow',
  language: 'ru',
  age_limit: 18,
};

const STAFF: readonly { name: string; role: Role; pin: string }[] = [
  { name: 'Марина', role: 'cashier', pin: '1111' },
  { name: 'Сергей', role: 'shift_lead', pin: '2222' },
  { name: 'Инна', role: 'engineer', pin: '3333' },
];

const BEVERAGES = [
  { name: 'Пилс «Старый мост»', style: 'Пилс', abv_permille: 48, price: 30_000 },
  { name: 'IPA «Северный ветер»', style: 'IPA', abv_permille: 65, price: 42_000 },
  { name: 'Стаут «Полночь»', style: 'Стаут', abv_permille: 55, price: 45_000 },
  { name: 'Вайцен «Луг»', style: 'Пшеничное', abv_permille: 51, price: 36_000 },
  { name: 'Сидр «Антоновка»', style: 'Сидр', abv_permille: 47, price: 38_000 },
  { name: 'Квас «Ржаной»', style: 'Квас', abv_permille: 8, price: 16_000 },
] as const;
const KEGS_ML = [30_000, 20_000, 30_000, 20_000, 30_000, 50_000];
const TAPS = [1, 2, 3, 4];

const GUESTS: readonly { name: string | null; phone: string | null; top_up_minor: number }[] = [
  { name: 'Анна К.', phone: '79161234501', top_up_minor: 150_000 },
  { name: 'Борис', phone: '79161234502', top_up_minor: 80_000 },
  { name: 'Вера Павловна', phone: '79161234503', top_up_minor: 200_000 },
  { name: null, phone: null, top_up_minor: 50_000 },
  { name: 'Григорий', phone: '79161234505', top_up_minor: 120_000 },
  { name: 'Дарья', phone: null, top_up_minor: 60_000 },
  { name: null, phone: null, top_up_minor: 100_000 },
  { name: 'Евгений', phone: '79161234508', top_up_minor: 300_000 },
  { name: 'Жанна', phone: '79161234509', top_up_minor: 90_000 },
  { name: 'Игорь Фёдоров', phone: '79161234510', top_up_minor: 250_000 },
  { name: 'Ксения', phone: null, top_up_minor: 70_000 },
  { name: 'Лев', phone: '79161234512', top_up_minor: 40_000 },
];
const SPARE_CARDS = 20;
const FLOAT_MINOR = 500_000;

const cardOf = (n: number): string => `04DE00000000${n.toString(16).toUpperCase().padStart(2, '0')}`;

/** A bar to look at: only where there is no operator yet. What it books is booked by the services, like any day's work. */
export async function loadDemo(deps: Deps): Promise<SetupAnswer> {
  const hashes = await Promise.all(STAFF.map(({ pin }) => hashPin(pin)));
  const till = await queryOne<{ id: number }>(deps.sequelize, 'SELECT min(id) AS id FROM tills');
  const operators = await inTransaction(deps.sequelize, async (unit) => {
    await query(unit, `SELECT key FROM settings WHERE key = 'bar' FOR UPDATE`);
    const ids = await hire(unit, hashes);
    await query(unit, `UPDATE settings SET value = $1::jsonb, updated_at = now() WHERE key = 'bar'`, [
      JSON.stringify(BAR),
    ]);
    await stock(unit);
    await appendAudit(unit, { action: 'setup.demo_loaded', till_id: till.id });
    await appendEvent(unit, deps, { type: 'tap.changed' });
    return ids;
  });
  const actors = STAFF.map(({ role }, i): Actor => ({
    operator_id: operators[i] ?? 0,
    role,
    till_id: till.id,
  }));
  const [cashier, lead] = actors;
  if (cashier && lead) await openForBusiness(deps, { cashier, lead });
  const note = STAFF.map(({ name, pin }) => `${name} ${pin}`).join(', ');
  return { recovery_code: null, session: null, note };
}

async function hire(unit: Unit, hashes: readonly string[]): Promise<number[]> {
  const known = await query(unit, 'SELECT id FROM operators LIMIT 1');
  if (known.length > 0) throw new DomainError('setup.done_already');
  const ids: number[] = [];
  for (const [i, { name, role }] of STAFF.entries()) {
    const sql = 'INSERT INTO operators (name, role, pin_hash) VALUES ($1, $2, $3) RETURNING id';
    ids.push((await queryOne<{ id: number }>(unit, sql, [name, role, hashes[i]])).id);
  }
  return ids;
}

/** Four beverages on the taps, all six in the store, a stack of cards. */
async function stock(unit: Unit): Promise<void> {
  for (const [i, { name, style, abv_permille, price }] of BEVERAGES.entries()) {
    const { id } = await queryOne<{ id: number }>(
      unit,
      'INSERT INTO beverages (name, style, abv_permille, price_minor_per_litre) VALUES ($1, $2, $3, $4) RETURNING id',
      [name, style, abv_permille, price],
    );
    await keg(unit, id, { size_ml: KEGS_ML[i] ?? 30_000, tap_number: TAPS[i] });
    await keg(unit, id, { size_ml: 30_000, tap_number: undefined });
  }
  for (let n = 1; n <= GUESTS.length + SPARE_CARDS; n += 1)
    await query(unit, 'INSERT INTO cards (uid) VALUES ($1) ON CONFLICT (uid) DO NOTHING', [cardOf(n)]);
}

async function keg(
  unit: Unit,
  beverage_id: number,
  to: { size_ml: number; tap_number: number | undefined },
): Promise<void> {
  const { id } = await queryOne<{ id: number }>(
    unit,
    `INSERT INTO kegs (beverage_id, size_ml, start_ml, remaining_ml, state, opened_at)
     VALUES ($1, $2, $2, $2, $3, CASE WHEN $3 = 'on_tap' THEN now() END) RETURNING id`,
    [beverage_id, to.size_ml, to.tap_number === undefined ? 'in_store' : 'on_tap'],
  );
  if (to.tap_number !== undefined)
    await query(
      unit,
      'INSERT INTO taps (number, keg_id) VALUES ($1, $2) ON CONFLICT (number) DO UPDATE SET keg_id = EXCLUDED.keg_id',
      [to.tap_number, id],
    );
}

async function openForBusiness(
  deps: Deps,
  { cashier, lead }: { cashier: Actor; lead: Actor },
): Promise<void> {
  await openShift(deps, lead, { request_id: deps.random.uuid(), float_minor: FLOAT_MINOR });
  for (const [i, { name, phone, top_up_minor }] of GUESTS.entries()) {
    const guest = { name, phone, age_confirmed: true };
    const request_id = deps.random.uuid();
    const { visit_id } = await openVisit(deps, cashier, {
      request_id,
      guest_id: null,
      guest,
      card_uid: cardOf(i + 1),
    });
    const method = i % 3 === 0 ? 'cash' : 'card_terminal';
    await topUp(deps, cashier, {
      request_id: deps.random.uuid(),
      visit_id,
      amount_minor: top_up_minor,
      method,
    });
  }
}
