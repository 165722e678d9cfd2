import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerOf,
  aUid,
  aWireBar,
  aWireGuest,
  booksOf,
  codeOf,
  grantOf,
  lay,
  once,
  onVisit,
  problemOf,
  settle,
  trailOf,
  visitOf,
} from '../testing/wireBar.ts';
import type { WireBar } from '../testing/wireBar.ts';

let bar: WireBar;
beforeAll(async () => {
  bar = await aWireBar();
  await bar.lead.shifts.open.mutate({ ...once(), float_minor: 100_000 });
});
afterAll(() => bar.close());

describe('M2: the visit is the root of everything', () => {
  it('M2 · Attempting a second active visit for same guest is rejected', async () => {
    const { visit_id, guest_id } = await aWireGuest(bar, { name: 'Анна' });
    const open = () => bar.cashier.visits.open.mutate({ ...once(), guest_id, card_uid: aUid() });
    expect(await problemOf(open())).toMatchObject({ code: 'visit.guest_has_one', params: { visit_id } });
    const atOnce = await Promise.all(Array.from({ length: 8 }, () => codeOf(open())));
    expect(new Set(atOnce)).toEqual(new Set(['visit.guest_has_one']));
    const { visits } = await bar.cashier.board.get.query();
    expect(visits.filter((visit) => visit.guest_id === guest_id)).toHaveLength(1);
  });

  it('M2 · Closing visit deactivates card and records close reason', async () => {
    const guest = await aWireGuest(bar, { balance_minor: 60_000 });
    const [tap] = bar.taps;
    await settle(tap, await grantOf(lay(tap, guest)));
    const closed = await bar.cashier.visits.close.mutate({
      ...(await onVisit(bar, guest)),
      reason: 'Идёт домой',
      card_returned: true,
      remainder: 'refund',
      method: 'cash',
    });
    expect(closed).toMatchObject({
      state: 'closed',
      close_reason: 'Идёт домой',
      card_uid: null,
      balance_minor: 0,
      refunded_minor: 45_000,
    });
    expect(await bar.cashier.cards.lookUp.query({ uid: guest.uid })).toMatchObject({
      state: 'available',
      visit_id: null,
    });
    expect(await answerOf(lay(tap, guest))).toBe('no_active_visit');
    expect(await trailOf(bar, guest.visit_id)).toContainEqual(
      expect.objectContaining({ action: 'visit.closed', reason: 'Идёт домой' }),
    );
    expect(await booksOf(bar, guest)).toMatchObject({ sum_minor: 0, debits: 1 });
  });

  it('M2 · a card that was not handed back is missing, and a scan at the till takes it back', async () => {
    const guest = await aWireGuest(bar, { balance_minor: 0 });
    await bar.cashier.visits.close.mutate({
      ...(await onVisit(bar, guest)),
      reason: 'Ушёл с картой',
      card_returned: false,
      remainder: 'keep',
    });
    const { uid } = guest;
    expect((await bar.cashier.cards.lookUp.query({ uid })).state).toBe('missing');
    expect(await answerOf(lay(bar.taps[0], guest))).toBe('no_active_visit');
    expect((await bar.cashier.cards.addToPool.mutate({ uid })).state).toBe('available');
  });

  it('M2 · a visit opens without a card and for a nameless guest; the card is a later step', async () => {
    const opened = await bar.cashier.visits.open.mutate({ ...once(), guest: { age_confirmed: true } });
    expect(opened).toMatchObject({ state: 'active', guest_name: null, card_uid: null });
    const uid = aUid();
    const { visit_id, version } = opened;
    const issue = { visit_id, expected_version: version, card_uid: uid };
    expect((await bar.cashier.visits.issueCard.mutate({ ...once(), ...issue })).card_uid).toBe(uid);
    expect(await codeOf(bar.cashier.visits.issueCard.mutate({ ...once(), ...issue }))).toBe('visit.changed');
    const guest = { visit_id, guest_id: opened.guest_id, uid };
    expect((await visitOf(bar, guest)).version).toBeGreaterThan(version);
  });
});
