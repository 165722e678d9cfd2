import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { RealBar } from '#tap-node/testing/realBar';
import { readValveLog, startTap, untilTrue } from '#tap-node/testing/tapProcess';
import type { TapProcess } from '#tap-node/testing/tapProcess';

/* What staff do at a tap: the real tap process against the real server over TLS. */

const TAP = 3;
const CARD = '04A1B2C3D4E580';
let bar: RealBar;
let enrolled: { directory: string; tap_id: number };
let tap: TapProcess;
let valve_log: string;

beforeAll(async () => {
  bar = await RealBar.open();
  enrolled = await bar.enrolledTap(TAP);
  valve_log = join(enrolled.directory, 'valves');
  tap = await startTap({ directory: enrolled.directory, valve_log });
  await tap.until('an idle tap', ({ phase }) => phase === 'idle');
  const [me] = await bar.api.staff.list.query();
  const operator_id = me?.id ?? 0;
  await bar.api.staff.setCard.mutate({ request_id: randomUUID(), operator_id, card_uid: CARD });
});
afterEach(() => tap.act({ tap: TAP, action: 'remove' }));
afterAll(async () => {
  await tap?.stop();
  await bar?.close();
  if (enrolled) rmSync(enrolled.directory, { recursive: true, force: true });
});

const lay = () => tap.act({ tap: TAP, action: 'lay', uid: CARD });
const offered = (what: string) => tap.until(`the offer ${what}`, ({ staff }) => staff === what);
/** Off the reader for longer than a blink. */
async function lift(): Promise<void> {
  await tap.act({ tap: TAP, action: 'remove' });
  await tap.until('a lifted card', ({ staff }) => staff === null);
}
const valve = () => readValveLog(valve_log).at(-1)?.valve;
const cleanings = () => bar.api.taps.cleanings.query({ tap_id: enrolled.tap_id });

it('a card of the staff cleans: the valve is open while it lies there, the flow is booked to the session and to no keg', async () => {
  const keg = await bar.kegOf(enrolled.tap_id);
  await lay();
  await offered('clean');
  await tap.until('an open valve', ({ staff }) => staff === 'rinsing');
  await untilTrue('an open valve', valve, (seen) => seen === 'open');
  await tap.act({ tap: TAP, action: 'pour', ml: 400, rate: 400 });
  await tap.until('400 ml', ({ rinsed_ml }) => rinsed_ml === 400);
  await lift();
  await untilTrue('a closed valve', valve, (seen) => seen === 'closed');
  await untilTrue(
    'the flow in the session',
    cleanings,
    (all) => all.some(({ flowed_ml }) => flowed_ml === 400),
    25_000,
  );
  expect((await tap.status())[0]?.phase).toBe('cleaning');

  await lay();
  await offered('rinse');
  await lift();
  await lay();
  await offered('end_cleaning');
  await tap.until('a tap that sells', ({ phase }) => phase === 'idle');
  expect(await cleanings()).toMatchObject([{ flowed_ml: 400, circulated: true }]);
  expect((await cleanings())[0]?.ended_at).not.toBeNull();
  expect(await bar.kegOf(enrolled.tap_id)).toBe(keg);
});

it('on a visit of the house the card pours, and the house pays', async () => {
  const visit = await bar.api.visits.openHouse.mutate({
    request_id: randomUUID(),
    purpose: 'staff',
    card_uid: CARD,
    reason: 'shift beer',
  });
  const before = visit.balance_minor;
  await lay();
  await offered('pour');
  await tap.until('an open valve', ({ phase }) => phase === 'pouring');
  await tap.act({ tap: TAP, action: 'pour', ml: 100, rate: 400 });
  await tap.until('100 ml', ({ poured_ml }) => poured_ml === 100);
  await lift();
  const after = await untilTrue(
    'the settled pour',
    () => bar.visit({ visit_id: visit.visit_id, uid: CARD }),
    ({ pours }) => pours.some((pour) => pour.sync_status === 'synced'),
  );
  expect(after.balance_minor).toBe(before - 3_000);
  expect(after.pours).toMatchObject([{ billed_ml: 100 }]);
});
