import { createHash } from 'node:crypto';
import { DomainError } from '#domain/errors';
import { inTransaction } from '../db/inTransaction.ts';
import type { Unit } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { addCardToPool } from '../services/addCardToPool.ts';
import { closeVisit } from '../services/closeVisit.ts';
import { createBeverage } from '../services/createBeverage.ts';
import { createTap } from '../services/createTap.ts';
import { openShift } from '../services/openShift.ts';
import { openVisit } from '../services/openVisit.ts';
import { putKegOnTap } from '../services/putKegOnTap.ts';
import { receiveKeg } from '../services/receiveKeg.ts';
import { appendAudit } from '../services/support/appendAudit.ts';
import type { Actor, Deps } from '../services/support/deps.ts';
import { topUp } from '../services/topUp.ts';
import {
  DEMO_BEVERAGES,
  DEMO_FLOAT_MINOR,
  DEMO_FREE_CARDS,
  DEMO_GUESTS,
  DEMO_SETTINGS,
  DEMO_STAFF,
} from './demoBar.ts';
import type { DemoGuest } from './demoBar.ts';

export type DemoLoaded = { loaded: boolean; says: string };

/**
 * A bar to look at, booked by the services as on any day: ledger, audit and kegs are true. Each step has a fixed request
 * id, so a load that was cut off goes on where it stopped, and a second one does nothing.
 * @throws DomainError `setup.done_already` where a real bar has been set up
 */
export async function loadDemoBar(
  deps: Deps,
  with_: { hashPin: (pin: string) => Promise<string> },
): Promise<DemoLoaded> {
  const pin_hashes = await Promise.all(DEMO_STAFF.map(({ pin }) => with_.hashPin(pin)));
  const staff = await inTransaction(deps.sequelize, (unit) => begin(unit, pin_hashes));
  if (staff === 'loaded')
    return { loaded: false, says: 'The demo bar is already there; nothing was changed.' };
  await stock(deps, staff.lead);
  await openShift(deps, staff.lead, { request_id: requestId('shift'), float_minor: DEMO_FLOAT_MINOR });
  for (const uid of DEMO_FREE_CARDS) await addCardToPool(deps, staff.cashier, { uid });
  for (const [index, guest] of DEMO_GUESTS.entries()) await welcome(deps, staff.cashier, { index, guest });
  await inTransaction(deps.sequelize, (unit) => finish(unit, staff.lead));
  const pins = DEMO_STAFF.map(({ name, pin }) => `${name} ${pin}`).join(', ');
  return { loaded: true, says: `The demo bar is open. PINs: ${pins}.` };
}

type Staff = { cashier: Actor; lead: Actor };

/** Hires the staff, or finds the staff of a load that was cut off. Lock: the bar's settings. */
async function begin(unit: Unit, pin_hashes: readonly string[]): Promise<Staff | 'loaded'> {
  await query(unit, `SELECT key FROM settings WHERE key = 'bar' FOR NO KEY UPDATE`);
  const [demo] = await query<{ state: string }>(
    unit,
    `SELECT value->>'state' AS state FROM settings WHERE key = 'demo'`,
  );
  if (demo?.state === 'loaded') return 'loaded';
  if (!demo) await hire(unit, pin_hashes);
  return { cashier: await actorOf(unit, 0), lead: await actorOf(unit, 1) };
}

async function hire(unit: Unit, pin_hashes: readonly string[]): Promise<void> {
  const known = await query(unit, 'SELECT 1 FROM operators LIMIT 1');
  if (known.length > 0) throw new DomainError('setup.done_already');
  for (const [index, { name, role }] of DEMO_STAFF.entries())
    await query(unit, 'INSERT INTO operators (name, role, pin_hash) VALUES ($1, $2, $3)', [
      name,
      role,
      pin_hashes[index],
    ]);
  await query(unit, `UPDATE settings SET value = $1::jsonb, updated_at = now() WHERE key = 'bar'`, [
    JSON.stringify(DEMO_SETTINGS),
  ]);
  await query(unit, `INSERT INTO settings (key, value) VALUES ('demo', '{"state": "loading"}')`);
  await appendAudit(unit, { action: 'setup.demo_begun' });
}

async function actorOf(unit: Unit, index: number): Promise<Actor> {
  const { name, role } = DEMO_STAFF[index] ?? { name: '', role: 'cashier' };
  const row = await queryOne<{ operator_id: number; till_id: number }>(
    unit,
    'SELECT id AS operator_id, (SELECT min(id) FROM tills) AS till_id FROM operators WHERE name = $1 AND role = $2',
    [name, role],
  );
  return { ...row, role };
}

async function finish(unit: Unit, lead: Actor): Promise<void> {
  await query(
    unit,
    `UPDATE settings SET value = '{"state": "loaded"}', updated_at = now() WHERE key = 'demo'`,
  );
  await appendAudit(unit, {
    action: 'setup.demo_loaded',
    operator_id: lead.operator_id,
    till_id: lead.till_id,
  });
}

/** Beverages with their kegs: one on its tap, the rest in the store. */
async function stock(deps: Deps, lead: Actor): Promise<void> {
  for (const { on_tap, in_store_ml, ...beverage } of DEMO_BEVERAGES) {
    const step = (name: string) => requestId(`${beverage.name}: ${name}`);
    const { beverage_id } = await createBeverage(deps, lead, { request_id: step('beverage'), ...beverage });
    const receive = (name: string, size_ml: number) =>
      receiveKeg(deps, lead, { request_id: step(name), beverage_id, size_ml });
    if (on_tap) {
      const { keg_id } = await receive('keg for the tap', on_tap.size_ml);
      const { tap_id } = await createTap(deps, lead, { number: on_tap.number });
      await putKegOnTap(deps, lead, { request_id: step('put on tap'), tap_id, keg_id });
    }
    for (const [index, size_ml] of in_store_ml.entries()) await receive(`keg ${index}`, size_ml);
  }
}

async function welcome(
  deps: Deps,
  cashier: Actor,
  { index, guest }: { index: number; guest: DemoGuest },
): Promise<void> {
  const step = (name: string) => requestId(`guest ${index}: ${name}`);
  const { name, phone, card_uid, top_up_minor: amount_minor, method } = guest;
  const { visit_id } = await openVisit(deps, cashier, {
    request_id: step('visit'),
    guest_id: null,
    guest: { name, phone, age_confirmed: true },
    card_uid,
  });
  const { version } = await topUp(deps, cashier, {
    request_id: step('top-up'),
    visit_id,
    amount_minor,
    method,
  });
  if (guest.here) return;
  await closeVisit(deps, cashier, {
    request_id: step('close'),
    visit_id,
    expected_version: version,
    reason: 'Гость придёт завтра',
    card_returned: true,
    remainder: 'keep',
    method,
  });
}

/** The same step has the same id in every load: a UUID of version 8 made from its name. */
function requestId(step: string): string {
  const hex = createHash('sha256').update(`taptill demo: ${step}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
