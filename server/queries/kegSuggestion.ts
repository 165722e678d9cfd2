import type { Sequelize } from 'sequelize';
import { inOpeningOrder } from '#domain/keg/suggest';
import type { KegSuggestion, SuggestKegInput } from '#domain/protocol/kegs';
import { query, queryOne } from '../db/query.ts';
import { presentKeg } from '../presenters/keg.ts';
import { KEGS } from './kegs.ts';
import type { KegRow } from './kegs.ts';

/** Which keg to open next: docs/adr/0009-fifo-partials-first.md. The operator confirms, or takes another. */
export async function kegSuggestion(sequelize: Sequelize, input: SuggestKegInput): Promise<KegSuggestion> {
  const beverage_id = 'beverage_id' in input ? input.beverage_id : await soldAt(sequelize, input.tap_id);
  if (beverage_id === null) return { beverage_id, suggested: null, candidates: [] };
  const stored = await query<KegRow>(
    sequelize,
    `${KEGS} WHERE k.beverage_id = $1 AND k.state = 'in_store' AND t.id IS NULL`,
    [beverage_id],
  );
  const candidates = inOpeningOrder(stored).map(presentKeg);
  return { beverage_id, suggested: candidates[0] ?? null, candidates };
}

/** What is on the tap, or was on it last. */
async function soldAt(sequelize: Sequelize, tap_id: number): Promise<number | null> {
  const { beverage_id } = await queryOne<{ beverage_id: number | null }>(
    sequelize,
    `SELECT coalesce(
       (SELECT k.beverage_id FROM taps t JOIN kegs k ON k.id = t.keg_id WHERE t.id = $1),
       (SELECT k.beverage_id FROM keg_movements m JOIN kegs k ON k.id = m.keg_id WHERE m.tap_id = $1 ORDER BY m.id DESC LIMIT 1)) AS beverage_id`,
    [tap_id],
  );
  return beverage_id;
}
