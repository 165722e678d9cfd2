import type { Sequelize } from 'sequelize';
import type { BeverageWire, KegWire } from '#domain/protocol/equipment';
import type { KegState } from '#domain/keg/states';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { presentKeg } from '../presenters/keg.ts';

export type KegRow = {
  keg_id: number;
  beverage_id: number;
  beverage: string;
  size_ml: number;
  remaining_ml: number;
  state: KegState;
  received_at: Date;
  opened_at: Date | null;
  marking_code: string | null;
  tap_number: number | null;
};

export const KEGS = `
  SELECT k.id AS keg_id, k.beverage_id, b.name AS beverage, k.size_ml, k.remaining_ml, k.state, k.received_at, k.opened_at, k.marking_code, t.number AS tap_number
  FROM kegs k JOIN beverages b ON b.id = k.beverage_id LEFT JOIN taps t ON t.keg_id = k.id`;

/** In the order in which they should be opened: on a tap, then of each beverage a partial one first, then the oldest. */
export async function kegList(where: Unit | Sequelize): Promise<KegWire[]> {
  const rows = await query<KegRow>(
    where,
    `${KEGS} WHERE k.state IN ('on_tap', 'in_store') OR t.id IS NOT NULL
     ORDER BY t.number NULLS LAST, b.name, k.opened_at IS NULL, k.received_at, k.id`,
  );
  return rows.map(presentKeg);
}

export async function kegById(where: Unit | Sequelize, keg_id: number): Promise<KegWire> {
  return presentKeg(await queryOne<KegRow>(where, `${KEGS} WHERE k.id = $1`, [keg_id]));
}

const BEVERAGES = 'SELECT id AS beverage_id, name, style, abv_permille, price_minor_per_litre FROM beverages';

export async function beverageList(where: Unit | Sequelize): Promise<BeverageWire[]> {
  return query<BeverageWire>(where, `${BEVERAGES} WHERE active ORDER BY name, id`);
}

export async function beverageById(where: Unit | Sequelize, beverage_id: number): Promise<BeverageWire> {
  return queryOne<BeverageWire>(where, `${BEVERAGES} WHERE id = $1`, [beverage_id]);
}
