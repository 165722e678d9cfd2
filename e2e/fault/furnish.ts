import { randomBytes, randomUUID } from 'node:crypto';
import type { Sequelize } from 'sequelize';
import type { Role } from '#domain/staff/roles';
import { query, queryOne } from '#server/db/query';
import { hashPin } from '#server/security/pin';
import { PIN, signIn, tillClient, type TillClient } from '#server/testing/clients';

export interface Furniture {
  /** how many, numbered from 1; each with a full keg of one beverage */
  readonly taps?: number;
  readonly price_minor_per_litre?: number;
  readonly keg_ml?: number;
}

export interface OpenedVisit {
  readonly visit_id: number;
  readonly uid: string;
}

/** First operator, beverage, kegs, taps, an open shift: through the procedures, as a person would. Answers the engineer. */
export async function furnish(url: string, furniture: Furniture): Promise<TillClient> {
  const size_ml = furniture.keg_ml ?? 50_000;
  const { session } = await tillClient(url).setup.firstRun.mutate({
    bar_name: 'Тест',
    currency: 'RUB',
    time_zone: 'Europe/Moscow',
    language: 'ru',
    age_limit: 18,
    operator_name: 'Инна',
    pin: PIN,
    beverage: {
      name: 'Пилс',
      abv_permille: 48,
      price_minor_per_litre: furniture.price_minor_per_litre ?? 30_000,
    },
    keg_size_ml: size_ml,
    tap_number: 1,
  });
  if (!session) throw new Error('the first run gave no session');
  const api = tillClient(url, { token: session.token });
  await api.shifts.open.mutate({ request_id: randomUUID(), float_minor: 0 });
  for (let number = 2; number <= (furniture.taps ?? 1); number += 1) await addTap(api, { number, size_ml });
  return api;
}

async function addTap(api: TillClient, tap: { number: number; size_ml: number }): Promise<void> {
  const { number, size_ml } = tap;
  const [beverage] = await api.beverages.list.query();
  const { tap_id } = await api.taps.create.mutate({ number });
  const { keg_id } = await api.kegs.receive.mutate({
    request_id: randomUUID(),
    beverage_id: beverage?.beverage_id ?? 0,
    size_ml,
  });
  await api.kegs.putOnTap.mutate({ request_id: randomUUID(), tap_id, keg_id });
}

/** Somebody of that role, named after it, signed in. */
export async function hire(till: { url: string; owner: Sequelize }, role: Role): Promise<TillClient> {
  const { id } = await queryOne<{ id: number }>(
    till.owner,
    'INSERT INTO operators (name, role, pin_hash) VALUES ($1, $2, $3) RETURNING id',
    [role, role, await hashPin(PIN)],
  );
  return signIn(till.url, id);
}

/** An anonymous guest with a card and, unless it is 0, money. */
export async function openVisit(
  cashier: TillClient,
  guest: { balance_minor: number; uid?: string },
): Promise<OpenedVisit> {
  const { balance_minor: amount_minor, uid = `04${randomBytes(6).toString('hex').toUpperCase()}` } = guest;
  await cashier.cards.addToPool.mutate({ uid });
  const { visit_id } = await cashier.visits.open.mutate({
    request_id: randomUUID(),
    guest_id: null,
    guest: { name: null, phone: null, age_confirmed: true },
    card_uid: uid,
  });
  if (amount_minor > 0) {
    const request_id = randomUUID();
    await cashier.visits.topUp.mutate({ request_id, visit_id, amount_minor, method: 'cash' });
  }
  return { visit_id, uid };
}

export type PourSettings = Readonly<Record<string, number>>;

/** As the owner: nobody may do this at the till while taps pour. A node hears of it when it says hello. */
export async function changePourSettings(owner: Sequelize, change: PourSettings): Promise<void> {
  await query(owner, `UPDATE settings SET value = value || $1::jsonb WHERE key = 'pour'`, [
    JSON.stringify(change),
  ]);
}
