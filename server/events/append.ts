import type { LiveEvent } from '#domain/protocol/till';
import type { Unit } from '../db/inTransaction.ts';
import { send } from '../db/query.ts';

export type NewEvent = {
  readonly type: LiveEvent;
  readonly visit_id?: number | null;
  readonly guest_id?: number | null;
  readonly tap_id?: number | null;
  readonly details?: Readonly<Record<string, unknown>>;
};

/**
 * The event commits with what it tells of; the readers are woken after the commit and read the table. The row carries
 * its transaction's id, which gives the order of reading: docs/adr/0006-event-cursor-and-sealer.md.
 */
export async function appendEvent(unit: Unit, deps: { wake(): void }, event: NewEvent): Promise<void> {
  await send(
    unit,
    'INSERT INTO events (type, visit_id, guest_id, tap_id, details) VALUES ($1, $2, $3, $4, $5::jsonb)',
    [
      event.type,
      event.visit_id ?? null,
      event.guest_id ?? null,
      event.tap_id ?? null,
      JSON.stringify(event.details ?? {}),
    ],
  );
  unit.afterCommit(() => deps.wake());
}
