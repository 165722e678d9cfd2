import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBar, type Bar } from './bar.ts';
import { waitFor } from './waitFor.ts';

let bar: Bar;
beforeAll(async () => {
  bar = await startBar({ taps: 2 });
});
afterAll(() => bar?.stop());

it('a pour at a real tap process is charged once, and the books hold', async () => {
  const { visit_id, uid } = await bar.openVisit({ balance_minor: 100_000 });
  const tap = await bar.startTap();
  await tap.waitForPhase('idle');
  await tap.lay(uid);
  await tap.waitForPhase('pouring');
  await tap.pour(500, { rate: 500 });
  await waitFor('the glass is full', async () => (await tap.state()).wanted_ml === 0);
  await tap.remove();
  await tap.waitForPhase('idle');
  const visit = await bar.visit(visit_id);
  expect(visit).toMatchObject({ balance_minor: 85_000, charges: 1, locked: false, out_ml: 500 });
  expect(await bar.books()).toEqual({ broken: [], ledger_sum_minor: 0, unsettled: 0, locked_visits: 0 });
});
