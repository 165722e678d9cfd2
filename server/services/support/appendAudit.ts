import type { Unit } from '../../db/inTransaction.ts';
import { send } from '../../db/query.ts';

/** Ids only: no name, no phone, no UID of a person's own card stands in the trail. */
export type AuditEntry = {
  /** `noun.verb` in the past: `visit.opened`, `grant.refused` */
  readonly action: string;
  readonly operator_id?: number | null;
  readonly node_id?: number | null;
  readonly till_id?: number | null;
  readonly visit_id?: number | null;
  readonly guest_id?: number | null;
  readonly tap_id?: number | null;
  readonly card_id?: number | null;
  readonly grant_id?: string | null;
  readonly reason?: string | null;
  readonly details?: Readonly<Record<string, unknown>>;
};

/** Part of the unit: what is not audited has not happened. */
export async function appendAudit(unit: Unit, entry: AuditEntry): Promise<void> {
  await send(
    unit,
    `INSERT INTO audit_events (action, operator_id, node_id, till_id, visit_id, guest_id, tap_id, card_id, grant_id, reason, details)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb)`,
    [
      entry.action,
      entry.operator_id ?? null,
      entry.node_id ?? null,
      entry.till_id ?? null,
      entry.visit_id ?? null,
      entry.guest_id ?? null,
      entry.tap_id ?? null,
      entry.card_id ?? null,
      entry.grant_id ?? null,
      entry.reason ?? null,
      JSON.stringify(entry.details ?? {}),
    ],
  );
}
