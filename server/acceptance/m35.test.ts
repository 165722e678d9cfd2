import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { showShortId } from '#domain/grant/shortId';
import {
  aWireBar,
  aWireGuest,
  codeOf,
  grantOf,
  lay,
  once,
  onVisit,
  settle,
  trailOf,
  visitOf,
} from '../testing/wireBar.ts';
import type { WireBar } from '../testing/wireBar.ts';

let bar: WireBar;
beforeAll(async () => {
  bar = await aWireBar();
  await bar.lead.shifts.open.mutate({ ...once(), float_minor: 0 });
});
afterAll(() => bar.close());

/** The till's side of each criterion; the screens that show it are tested in renderer/ and e2e/ (docs/acceptance.md). */
describe('M3.5: the visit is the centre of the cashier’s work', () => {
  it('M3.5 · Operator can start from "Open new visit", find a guest, and open visit card.', async () => {
    const { cashier } = bar;
    const first = await aWireGuest(bar, { name: 'Фёдор Пешков', balance_minor: 0 });
    await cashier.visits.close.mutate({
      ...(await onVisit(bar, first)),
      reason: 'Уходит',
      card_returned: true,
      remainder: 'keep',
    });
    const found = await cashier.visits.search.query({ query: 'федор' });
    expect(found.visits).toEqual([]);
    expect(found.guests).toMatchObject([{ guest_id: first.guest_id, name: 'Фёдор Пешков' }]);
    const opened = await cashier.visits.open.mutate({ ...once(), guest_id: first.guest_id });
    expect(opened).toMatchObject({ state: 'active', guest_name: 'Фёдор Пешков', card_uid: null });
    expect(await cashier.visits.get.query({ visit_id: opened.visit_id })).toEqual(opened);
  });

  it('M3.5 · Operator can find an active visit via one search field and open visit card.', async () => {
    const { cashier } = bar;
    const opened = await cashier.visits.open.mutate({
      ...once(),
      guest: { name: 'Вера Орлова', phone: '+7 916 555-43-21', age_confirmed: true },
      card_uid: '04A1B2C3D4E580',
    });
    const { visit_id, guest_id } = opened;
    await cashier.visits.topUp.mutate({ ...once(), visit_id, amount_minor: 50_000, method: 'cash' });
    const [tap] = bar.taps;
    const guest = { visit_id, guest_id, uid: '04A1B2C3D4E580' };
    const grant = await grantOf(lay(tap, guest));
    const queries = {
      name: 'орлов',
      phone: '4321',
      card: '04:a1:b2:c3:d4:e5:80',
      short_id: showShortId(grant.short_id),
      visit_number: `№${visit_id}`,
    };
    for (const [kind, query] of Object.entries(queries)) {
      const found = await cashier.visits.search.query({ query });
      expect({ kind: found.kind, visits: found.visits.map((row) => row.visit_id) }, query).toEqual({
        kind,
        visits: [visit_id],
      });
    }
    expect(await visitOf(bar, guest)).toMatchObject({
      guest_name: 'Вера Орлова',
      balance_minor: 50_000,
      lock: { tap_number: 1 },
      unsettled: [{ short_id: grant.short_id, tap_number: 1 }],
    });
    await settle(tap, grant);
  });

  it('M3.5 · Lock state is clearly visible (`Locked on tap #X` / `No active tap`).', async () => {
    const guest = await aWireGuest(bar);
    const [, two] = bar.taps;
    const rowOf = async () =>
      (await bar.cashier.board.get.query()).visits.find((row) => row.visit_id === guest.visit_id);
    expect((await rowOf())?.lock).toBeNull();
    const grant = await grantOf(lay(two, guest));
    expect((await rowOf())?.lock).toMatchObject({ tap_number: 2, lock_set_at: expect.any(String) as string });
    await settle(two, grant);
    expect((await rowOf())?.lock).toBeNull();
  });

  it('M3.5 · Force unlock requires reason and is executable from visit card.', async () => {
    const guest = await aWireGuest(bar);
    const [tap] = bar.taps;
    const grant = await grantOf(lay(tap, guest));
    const command = await onVisit(bar, guest);
    const unlock = (reason: string) => bar.cashier.visits.forceUnlock.mutate({ ...command, reason });
    const offered = async () =>
      (await visitOf(bar, guest)).actions.find(({ action }) => action === 'force_unlock')?.blocked_by;
    expect(await offered()).toBeNull();
    expect(await codeOf(unlock(''))).toBe('input.invalid');
    expect((await visitOf(bar, guest)).lock?.grant_id).toBe(grant.grant_id);
    expect((await unlock('Кран не отвечает')).lock).toBeNull();
    expect(await offered()).toBe('no_lock');
    expect(await trailOf(bar, guest.visit_id)).toContainEqual(
      expect.objectContaining({ action: 'visit.force_unlocked', reason: 'Кран не отвечает' }),
    );
    await settle(tap, grant);
  });

  it('M3.5 · Visit can be closed from visit card.', async () => {
    const guest = await aWireGuest(bar);
    const [tap] = bar.taps;
    const grant = await grantOf(lay(tap, guest));
    const closing = async () => ({
      ...(await onVisit(bar, guest)),
      reason: 'Уходит',
      card_returned: true,
      remainder: 'refund' as const,
    });
    const offered = async () =>
      (await visitOf(bar, guest)).actions.find(({ action }) => action === 'close')?.blocked_by;
    expect(await offered()).toBe('pour_running');
    expect(await codeOf(bar.cashier.visits.close.mutate(await closing()))).toBe('visit.has_unsettled_grant');
    await settle(tap, grant);
    expect(await offered()).toBeNull();
    expect((await bar.cashier.visits.close.mutate(await closing())).state).toBe('closed');
  });
});
