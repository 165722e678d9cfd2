import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { RealBar } from '#tap-node/testing/realBar';
import { readValveLog, startTap, untilTrue } from '#tap-node/testing/tapProcess';
import type { TapProcess, TapStatus } from '#tap-node/testing/tapProcess';

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
  await tap.until('an idle tap', idle);
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

const SOON = 15_000;
const lay = () => tap.act({ tap: TAP, action: 'lay', uid: CARD });
/** Off the reader for longer than a blink. */
async function lift(): Promise<void> {
  await tap.act({ tap: TAP, action: 'remove' });
  await tap.until('a lifted card', ({ staff }) => staff === null);
}
/** Lays the card until the screen names this, and leaves it there until that is done. */
async function choose(what: string, isDone: (tap: TapStatus) => boolean): Promise<void> {
  const until = Date.now() + 3 * SOON;
  for (;;) {
    await lay();
    const { staff } = await tap.until('an offer', (seen) => seen.staff !== null && seen.staff !== 'telling');
    if (staff === what) break;
    if (Date.now() > until) throw new Error(`${what} is never offered, but ${staff}`);
    await lift();
  }
  await tap.until(`${what} is done`, isDone);
}
const rinsing = ({ staff }: TapStatus) => staff === 'rinsing';
const idle = ({ phase }: TapStatus) => phase === 'idle';
const valve = () => readValveLog(valve_log).at(-1)?.valve;
const cleanings = () => bar.api.taps.cleanings.query({ tap_id: enrolled.tap_id });

it('a card of the staff cleans: the valve is open while it lies there, the flow is booked to the session and to no keg', async () => {
  const keg = await bar.kegOf(enrolled.tap_id);
  await choose('clean', rinsing);
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

  await choose('end_cleaning', idle);
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
  await choose('pour', ({ phase }) => phase === 'pouring');
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

it('three pours into a jug make a calibration, and the next pour is measured by it', async () => {
  const measured: { pulses: number; ml: number }[] = [];
  for (let jug = 1; jug <= 3; jug++) {
    await choose(jug === 1 ? 'clean' : 'rinse', rinsing);
    await tap.act({ tap: TAP, action: 'pour', ml: 300, rate: 400 });
    const poured = await tap.until('300 ml', ({ rinsed_ml }) => rinsed_ml === 300);
    const { rinsed_pulses } = await untilTrue(
      'the pulses at the till',
      () => bar.api.taps.meter.query({ tap_id: enrolled.tap_id }),
      ({ rinsed_pulses: seen }) => seen === poured.rinsed_pulses,
    );
    // the jug shows a tenth more than the meter has said
    measured.push({ pulses: rinsed_pulses ?? 0, ml: 330 });
    await lift();
  }
  await choose('end_cleaning', idle);
  await lift();
  const before = (await tap.status())[0]?.calibration_version ?? 0;
  const [old] = await bar.api.taps.calibrations.query({ tap_id: enrolled.tap_id });
  const made = await bar.api.taps.calibrate.mutate({
    request_id: randomUUID(),
    tap_id: enrolled.tap_id,
    measured,
  });
  expect(made).toMatchObject({ version: before + 1, spread_permille: 0 });
  expect(made.pulses_per_litre).toBe(Math.round((old?.pulses_per_litre ?? 0) / 1.1));
  await tap.until('the new version', ({ calibration_version }) => calibration_version === made.version);

  const guest = await bar.guest();
  await tap.act({ tap: TAP, action: 'lay', uid: guest.uid });
  await tap.until('an open valve', ({ phase }) => phase === 'pouring');
  await tap.act({ tap: TAP, action: 'pour', ml: 300, rate: 400 });
  await tap.until('330 ml', ({ poured_ml }) => poured_ml === 330);
  await lift();
  const { pours } = await untilTrue(
    'the settled pour',
    () => bar.visit(guest),
    (visit) => visit.pours.some((pour) => pour.sync_status === 'synced'),
  );
  expect(pours).toMatchObject([{ billed_ml: 330 }]);
});
