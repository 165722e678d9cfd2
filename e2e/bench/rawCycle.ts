import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from 'pg';

/** What one bench lane owns: nothing is shared between lanes but the shift. Ids of the bench's own bar. */
export interface Lane {
  shift_id: number;
  node_id: number;
  tap_id: number;
  visit_id: number;
  guest_id: number;
  card_id: number;
  keg_id: number;
  beverage_id: number;
  guest_account_id: number;
  sales_account_id: number;
}

const PRICE = 30_000;
const ML = 1;

/**
 * The yardstick: the same two transactions that authorise and settle make, as prepared statements straight on the driver, on the same
 * tables with the same constraints and triggers. What the product adds on top (decisions, tRPC, TLS, models) is the difference.
 */
export async function rawCycle(client: Client, lane: Lane): Promise<void> {
  const tx = randomBytes(16).toString('hex');
  const grant = randomUUID();
  const epoch = await rawAuthorise(client, lane, { tx, grant });
  await rawSettle(client, lane, { tx, grant, epoch });
}

type Ids = { tx: string; grant: string };

async function rawAuthorise(client: Client, lane: Lane, { tx, grant }: Ids): Promise<number> {
  const q = statements(client);
  await client.query('BEGIN');
  await q('shift', 'SELECT id FROM shifts WHERE id = $1 FOR SHARE', [lane.shift_id]);
  await q('account', 'SELECT balance_minor FROM guest_accounts WHERE guest_id = $1 FOR UPDATE', [
    lane.guest_id,
  ]);
  const visit = await q('visit', 'SELECT lock_epoch FROM visits WHERE id = $1 FOR UPDATE', [lane.visit_id]);
  await q('card', 'SELECT state FROM cards WHERE id = $1 FOR UPDATE', [lane.card_id]);
  const tap = await q(
    'tap',
    'UPDATE taps SET short_code_counter = (short_code_counter + 1) % 1000 WHERE id = $1 RETURNING number, short_code_counter',
    [lane.tap_id],
  );
  const reserved = await q(
    'reserved',
    "SELECT coalesce(sum(limit_minor), 0) AS sum FROM grants WHERE guest_id = $1 AND state IN ('open', 'orphaned')",
    [lane.guest_id],
  );
  await q(
    'used',
    "SELECT coalesce(sum(billed_ml), 0) AS sum FROM pours WHERE guest_id = $1 AND poured_at > now() - interval '1 day'",
    [lane.guest_id],
  );
  await q('keg', 'SELECT remaining_ml FROM kegs WHERE id = $1', [lane.keg_id]);
  const epoch = Number(visit[0]?.['lock_epoch'] ?? 0) + 1;
  await q(
    'attempt',
    "INSERT INTO attempts (client_tx_id, node_id, tap_id, card_uid, boot_id, request_hash, outcome) VALUES ($1, $2, $3, '04A1B2C3D4E580', 'bench-boot', $4, 'granted')",
    [tx, lane.node_id, lane.tap_id, '0'.repeat(64)],
  );
  await q(
    'grant',
    `INSERT INTO grants (id, client_tx_id, node_id, tap_id, visit_id, guest_id, card_id, keg_id, beverage_id, shift_id, epoch, short_id, price_minor_per_litre, limit_ml, limit_minor)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      grant,
      tx,
      lane.node_id,
      lane.tap_id,
      lane.visit_id,
      lane.guest_id,
      lane.card_id,
      lane.keg_id,
      lane.beverage_id,
      lane.shift_id,
      epoch,
      rawCode(tap[0], epoch),
      PRICE,
      ML,
      Number(reserved[0]?.['sum'] ?? 0) + 30,
    ],
  );
  await q(
    'lock',
    'UPDATE visits SET active_tap_id = $2, lock_set_at = now(), lock_epoch = $3 WHERE id = $1',
    [lane.visit_id, lane.tap_id, epoch],
  );
  await q('event', "INSERT INTO events (type, visit_id, tap_id) VALUES ('visit.changed', $1, $2)", [
    lane.visit_id,
    lane.tap_id,
  ]);
  await client.query('COMMIT');
  return epoch;
}

/** Unique in the visit like the product's code; the check digit is not the yardstick's business. */
function rawCode(tap: Record<string, unknown> | undefined, epoch: number): string {
  return String(Number(tap?.['number'] ?? 0) * 10_000 + (epoch % 10_000))
    .padStart(6, '0')
    .slice(-6);
}

async function rawSettle(client: Client, lane: Lane, ids: Ids & { epoch: number }): Promise<void> {
  const q = statements(client);
  await client.query('BEGIN');
  await q('seen', 'SELECT verdict FROM pour_reports WHERE client_tx_id = $1', [ids.tx]);
  await q('shift', 'SELECT id FROM shifts WHERE id = $1 FOR SHARE', [lane.shift_id]);
  await q('account', 'SELECT balance_minor FROM guest_accounts WHERE guest_id = $1 FOR UPDATE', [
    lane.guest_id,
  ]);
  await q('visit', 'SELECT lock_epoch FROM visits WHERE id = $1 FOR UPDATE', [lane.visit_id]);
  await q('grant-lock', 'SELECT state FROM grants WHERE id = $1 FOR UPDATE', [ids.grant]);
  await q(
    'reserved',
    "SELECT coalesce(sum(limit_minor), 0) AS sum FROM grants WHERE guest_id = $1 AND state IN ('open', 'orphaned')",
    [lane.guest_id],
  );
  const report = await q(
    'report',
    `INSERT INTO pour_reports (node_id, tap_id, grant_id, client_tx_id, request_hash, seq, pulses, metered_ml, verdict, body, poured_at, received_shift_id)
     VALUES ($1, $2, $3, $4, $5, 1, 5, $6, 'accepted', '{}', now(), $7) RETURNING id`,
    [lane.node_id, lane.tap_id, ids.grant, ids.tx, randomBytes(32).toString('hex'), ML, lane.shift_id],
  );
  await q(
    'pour',
    `INSERT INTO pours (grant_id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, metered_ml, billed_ml, price_minor_per_litre, cost_minor, paid_minor)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, 30, 30)`,
    [
      ids.grant,
      ids.tx,
      lane.visit_id,
      lane.guest_id,
      lane.tap_id,
      lane.keg_id,
      lane.beverage_id,
      lane.shift_id,
      ML,
      PRICE,
    ],
  );
  const ledger = await q(
    'ledger',
    "INSERT INTO ledger_transactions (kind, shift_id, visit_id, guest_id, grant_id) VALUES ('pour', $1, $2, $3, $4) RETURNING id",
    [lane.shift_id, lane.visit_id, lane.guest_id, ids.grant],
  );
  await q(
    'entries',
    'INSERT INTO ledger_entries (transaction_id, account_id, amount_minor) VALUES ($1, $2, -30), ($1, $3, 30)',
    [ledger[0]?.['id'], lane.guest_account_id, lane.sales_account_id],
  );
  await q(
    'unlock',
    'UPDATE visits SET active_tap_id = NULL, lock_set_at = NULL WHERE id = $1 AND lock_epoch = $2',
    [lane.visit_id, ids.epoch],
  );
  await q('end', "UPDATE grants SET state = 'settled', ended_at = now() WHERE id = $1", [ids.grant]);
  await q(
    'keg-move',
    "INSERT INTO keg_movements (keg_id, kind, out_ml, grant_id, report_id, tap_id) VALUES ($1, 'pour', $2, $3, $4, $5)",
    [lane.keg_id, ML, ids.grant, report[0]?.['id'], lane.tap_id],
  );
  await q('event', "INSERT INTO events (type, visit_id, tap_id) VALUES ('visit.changed', $1, $2)", [
    lane.visit_id,
    lane.tap_id,
  ]);
  await client.query('COMMIT');
}

function statements(client: Client) {
  return async (name: string, text: string, values: unknown[]): Promise<Record<string, unknown>[]> => {
    const result = await client.query<Record<string, unknown>>({ name, text, values });
    return result.rows;
  };
}
