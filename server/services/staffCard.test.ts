import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CleanInput } from '#domain/protocol/node';
import { query, queryOne } from '../db/query.ts';
import { cleaningsOf } from '../queries/cleanings.ts';
import { aBar, anOpenShift, anOperator, aTap } from '../testing/builders.ts';
import type { Bar, BuiltTap } from '../testing/builders.ts';
import { ALL_HEARD, asking, aTx, auditActions } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { authorisePour } from './authorisePour.ts';
import { cleanByCard } from './cleanByCard.ts';
import { deactivateOperator } from './deactivateOperator.ts';
import { openHouseVisit } from './openHouseVisit.ts';
import { openVisit } from './openVisit.ts';
import { recordFlow } from './recordFlow.ts';
import { setEmergencyStop } from './setEmergencyStop.ts';
import { setStaffCard } from './setStaffCard.ts';
import type { Actor } from './support/deps.ts';

const CARD = '04A1B2C3D4E580';
let db: TestDatabase;
let bar: Bar;
let lead: Actor;
let cashier: Actor;
let tap: BuiltTap;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db, { live: ALL_HEARD });
  lead = await anOperator(bar, { role: 'shift_lead' });
  cashier = await anOperator(bar, { role: 'cashier' });
  await anOpenShift(bar);
  tap = await aTap(bar);
  await setStaffCard(bar.deps, lead, giving(cashier));
});
afterAll(() => db.drop());

const giving = ({ operator_id }: Actor, card_uid: string | null = CARD) => ({
  request_id: randomUUID(),
  operator_id,
  card_uid,
});
const nobody = { visit_id: 0, guest_id: 0, card_id: 0, uid: CARD };
const lay = (client_tx_id = aTx()) =>
  authorisePour(bar.deps, tap, { ...asking({ tap, visit: nobody }), client_tx_id, offers_wanted: true });
const offers = async () => {
  const answer = await lay();
  return answer.outcome === 'refused' ? (answer.offers ?? answer.refusal.code) : answer.outcome;
};
const cleaning = (act: CleanInput['act'], client_tx_id = aTx()): CleanInput => ({
  client_tx_id,
  tap_id: tap.tap_id,
  card_uid: CARD,
  act,
});
const codeOf = async (work: Promise<unknown>) => (await refusalOf(work))?.code;
const status = async () =>
  (await queryOne<{ status: string }>(db.sequelize, 'SELECT status FROM taps WHERE id = $1', [tap.tap_id]))
    .status;
const house = () =>
  openHouseVisit(bar.deps, lead, {
    request_id: randomUUID(),
    purpose: 'staff',
    card_uid: CARD,
    reason: 'shift beer',
    approver: null,
  });
const keg = () =>
  queryOne<{ ml: number }>(db.sequelize, 'SELECT remaining_ml AS ml FROM kegs WHERE id = $1', [tap.keg_id]);

describe('a card of the staff', () => {
  it('is answered by what it may do at this tap, and keeps nothing', async () => {
    expect(await offers()).toEqual(['clean']);
    await house();
    expect(await offers()).toEqual(['pour', 'clean']);
    expect(await query(db.sequelize, 'SELECT 1 FROM attempts')).toEqual([]);
    expect(await auditActions(bar, 'pour.refused')).toEqual([]);
  });

  it('that chose to pour is granted under the same id, and then nothing else is offered', async () => {
    await house();
    const tx = aTx();
    await lay(tx);
    const asked = { ...asking({ tap, visit: nobody }), client_tx_id: tx };
    expect(await authorisePour(bar.deps, tap, asked)).toMatchObject({ outcome: 'granted' });
    expect(await lay(tx)).toMatchObject({ outcome: 'granted' });
    expect(await offers()).toBe('card_in_use_here');
  });

  it('is judged like any other when it is lost or retired, when its owner has left, and under the emergency stop', async () => {
    await query(db.sequelize, `UPDATE cards SET state = 'lost' WHERE uid = $1`, [CARD]);
    expect(await offers()).toBe('lost_card');
    await query(db.sequelize, `UPDATE cards SET state = 'retired' WHERE uid = $1`, [CARD]);
    expect(await cleanByCard(bar.deps, tap, cleaning('start'))).toEqual({ outcome: 'refused' });
    await query(db.sequelize, `UPDATE cards SET state = 'available' WHERE uid = $1`, [CARD]);
    await setEmergencyStop(bar.deps, lead, { on: true, reason: 'test' });
    expect(await offers()).toBe('emergency_stop');
    await setEmergencyStop(bar.deps, lead, { on: false, reason: 'test' });
    const { operator_id } = cashier;
    await deactivateOperator(bar.deps, lead, { request_id: randomUUID(), operator_id, reason: 'left' });
    expect(await offers()).toBe('no_active_visit');
    expect(await cleanByCard(bar.deps, tap, cleaning('start'))).toEqual({ outcome: 'refused' });
    expect(await auditActions(bar, 'security.%')).toEqual([
      'security.cleaning_refused',
      'security.cleaning_refused',
    ]);
  });

  it('belongs to one person, and to no guest', async () => {
    expect(await codeOf(setStaffCard(bar.deps, lead, giving(lead)))).toBe('operator.not_allowed');
    const other = await anOperator(bar, { role: 'cashier' });
    expect(await codeOf(setStaffCard(bar.deps, lead, giving(other)))).toBe('card.is_staff');
    const guest = { name: null, phone: null, age_confirmed: true };
    const opening = { request_id: randomUUID(), guest_id: null, guest, card_uid: CARD };
    expect(await codeOf(openVisit(bar.deps, lead, opening))).toBe('card.is_staff');
    expect(await setStaffCard(bar.deps, lead, giving(cashier, null))).toMatchObject({ card_uid: null });
    await openVisit(bar.deps, lead, { ...opening, request_id: randomUUID() });
    expect(await codeOf(setStaffCard(bar.deps, lead, giving(other)))).toBe('card.not_available');
  });
});

describe('a cleaning by card', () => {
  it('begins and ends once however often each is delivered; what flows is booked to it and to no keg', async () => {
    const before = await keg();
    const start = cleaning('start');
    for (let twice = 0; twice < 2; twice++)
      expect(await cleanByCard(bar.deps, tap, start)).toEqual({ outcome: 'started' });
    expect(await offers()).toEqual(['rinse', 'end_cleaning']);
    const { tap_id } = tap;
    const flow = { flow_id: aTx(), tap_id, kind: 'cleaning' as const, pulses: 4_000, ml: 800, age_ms: 0 };
    for (let twice = 0; twice < 2; twice++) await recordFlow(bar.deps, tap, flow);
    const end = cleaning('end');
    for (let twice = 0; twice < 2; twice++)
      expect(await cleanByCard(bar.deps, tap, end)).toEqual({ outcome: 'ended' });
    // a late copy of the beginning does not begin it again
    expect(await cleanByCard(bar.deps, tap, start)).toEqual({ outcome: 'started' });
    expect(await status()).toBe('selling');
    expect(await cleaningsOf(db.sequelize, tap_id)).toMatchObject([
      { cleaned_by: cashier.operator_id, circulated: true, flowed_ml: 800 },
    ]);
    expect(await keg()).toEqual(before);
    expect(await auditActions(bar, 'tap.cleaning%')).toEqual(['tap.cleaning_started', 'tap.cleaning_ended']);
  });

  it('of sixteen at once is one session', async () => {
    const { won } = await race(16, () => cleanByCard(bar.deps, tap, cleaning('start')));
    expect(won).toHaveLength(16);
    expect(await cleaningsOf(db.sequelize, tap.tap_id)).toHaveLength(1);
  });

  it('does not begin over a pour, nor on a tap that is switched off', async () => {
    await house();
    await authorisePour(bar.deps, tap, asking({ tap, visit: nobody }));
    expect(await cleanByCard(bar.deps, tap, cleaning('start'))).toEqual({ outcome: 'refused' });
    const other = await aTap(bar);
    await query(db.sequelize, `UPDATE taps SET status = 'disabled' WHERE id = $1`, [other.tap_id]);
    const there = { ...cleaning('start'), tap_id: other.tap_id };
    expect(await cleanByCard(bar.deps, other, there)).toEqual({ outcome: 'refused' });
    expect(await cleanByCard(bar.deps, tap, { ...there, client_tx_id: aTx() })).toEqual({
      outcome: 'refused',
    });
  });
});
