import type { Unit } from '../../db/inTransaction.ts';
import { query, send } from '../../db/query.ts';

export type KegMovementKind = 'pour' | 'manual' | 'late_difference' | 'unbilled' | 'flow_loss';

export type KegFlow = {
  keg_id: number;
  kind: KegMovementKind;
  /** signed: what left the keg */
  out_ml: number;
  tap_id: number;
  grant_id?: string | null;
  report_id?: number | null;
  operator_id?: number | null;
  reason?: string | null;
};

/** Invariant 6: the only way in which a remainder moves. Nothing flowed, nothing is written. */
export async function moveKeg(unit: Unit, flow: KegFlow): Promise<void> {
  if (flow.out_ml === 0) return;
  await send(
    unit,
    `INSERT INTO keg_movements (keg_id, kind, out_ml, grant_id, report_id, tap_id, operator_id, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      flow.keg_id,
      flow.kind,
      flow.out_ml,
      flow.grant_id ?? null,
      flow.report_id ?? null,
      flow.tap_id,
      flow.operator_id ?? null,
      flow.reason ?? null,
    ],
  );
}

/** Empty is a state (a kick, or below the allowance), never a remainder of 0. */
export async function markKegEmpty(unit: Unit, keg_id: number): Promise<boolean> {
  const rows = await query(
    unit,
    `UPDATE kegs SET state = 'empty' WHERE id = $1 AND state = 'on_tap' RETURNING id`,
    [keg_id],
  );
  return rows.length > 0;
}
