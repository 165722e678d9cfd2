import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerOf,
  aWireBar,
  aWireGuest,
  beat,
  codeOf,
  grantOf,
  lay,
  leaseOver,
  once,
  onVisit,
  problemOf,
  settle,
  visitOf,
} from '../testing/wireBar.ts';
import type { WireBar, WireGuest } from '../testing/wireBar.ts';

let bar: WireBar;
beforeAll(async () => {
  bar = await aWireBar();
});
afterAll(() => bar.close());

const open = () => bar.lead.shifts.open.mutate({ ...once(), float_minor: 100_000 });
/** The drawer is counted at what was put in; taps have said that nothing waits. */
const close = (counted_cash_minor: number) => bar.lead.shifts.close.mutate({ ...once(), counted_cash_minor });
const lineOf = async (kind: string) =>
  (await bar.cashier.shifts.precheck.query()).lines.find((line) => line.kind === kind);
const leave = async (guest: WireGuest) =>
  bar.cashier.visits.close.mutate({
    ...(await onVisit(bar, guest)),
    reason: 'Уходит',
    card_returned: true,
    remainder: 'refund',
  });
const allIdle = () => Promise.all(bar.taps.map((tap) => beat(tap)));

describe('M5: the shift is the server’s', () => {
  it('M5 · Shift close is blocked when active visits exist.', async () => {
    await open();
    await allIdle();
    const guest = await aWireGuest(bar);
    expect(await lineOf('active_visits')).toMatchObject({
      count: 1,
      blocks: true,
      visit_ids: [guest.visit_id],
    });
    expect(await problemOf(close(200_000))).toMatchObject({
      code: 'shift.precheck_failed',
      params: { active_visits: 1, unsettled_grants: 0 },
    });
    // A PIN waives taps that do not answer, never a visit.
    const waivers = bar.taps.map(({ number }) => ({ tap_number: number, reason: 'сломан' }));
    const forced = { ...once(), counted_cash_minor: 200_000, waivers, approval: bar.approval };
    expect(await codeOf(bar.lead.shifts.close.mutate(forced))).toBe('shift.precheck_failed');
    await leave(guest);
    expect(await close(100_000)).toMatchObject({ z_number: 1, difference_minor: 0 });
  });

  it('M5 · Shift close is blocked when pending sync exists.', async () => {
    await open();
    const guest = await aWireGuest(bar);
    const [tap] = bar.taps;
    const grant = await grantOf(lay(tap, guest));
    await leaseOver(bar, grant.grant_id);
    await allIdle();
    expect(await lineOf('pending_sync')).toMatchObject({
      count: 1,
      blocks: true,
      visit_ids: [guest.visit_id],
    });
    expect(await codeOf(leave(guest))).toBe('visit.has_unsettled_grant');
    const walkedOut = { ...once(), reason: 'ушёл', approval: bar.approval };
    expect(await bar.lead.visits.closeWalkedOut.mutate(walkedOut)).toMatchObject({
      closed: [],
      left: [guest.visit_id],
    });
    expect(await problemOf(close(200_000))).toMatchObject({
      code: 'shift.precheck_failed',
      params: { unsettled_grants: 1 },
    });
    expect(await settle(tap, grant)).toBe('accepted');
    expect((await lineOf('pending_sync'))?.count).toBe(0);
    expect((await visitOf(bar, guest)).balance_minor).toBe(85_000);
    await leave(guest);
    expect((await close(115_000)).z_number).toBe(2);
  });

  it('M5 · without a shift nothing is poured and no money moves; a Z stands as it was', async () => {
    const opened = await bar.cashier.visits.open.mutate({
      ...once(),
      guest: { age_confirmed: true },
      card_uid: '04AABBCCDDEE80',
    });
    const { visit_id, guest_id } = opened;
    const guest = { visit_id, guest_id, uid: '04AABBCCDDEE80' };
    expect(await answerOf(lay(bar.taps[0], guest))).toBe('shift_closed');
    const money = { visit_id, amount_minor: 1_000, method: 'cash' as const };
    expect(await codeOf(bar.cashier.visits.topUp.mutate({ ...once(), ...money }))).toBe('shift.closed');
    expect(await codeOf(leave(guest))).toBe('shift.closed');
    const [last] = await bar.lead.shifts.list.query({});
    const { z } = await bar.lead.shifts.reports.query({ shift_id: last?.shift_id ?? 0 });
    expect(z).toMatchObject({ z_number: 2, cash: { expected_minor: 115_000, counted_minor: 115_000 } });
    expect(z?.methods.find(({ method }) => method === 'cash')).toMatchObject({
      top_ups_minor: 100_000,
      refunds_minor: 85_000,
      net_minor: 15_000,
    });
    expect(z?.sales_minor).toBe(15_000);
  });
});
