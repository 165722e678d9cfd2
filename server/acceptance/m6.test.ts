import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeCommand } from '#domain/protocol/node';
import {
  answerOf,
  aUid,
  aWireBar,
  aWireGuest,
  beat,
  codeOf,
  grantOf,
  lay,
  once,
  onVisit,
  settle,
  visitOf,
  watching,
} from '../testing/wireBar.ts';
import type { WireBar } from '../testing/wireBar.ts';

let bar: WireBar;
beforeAll(async () => {
  bar = await aWireBar();
  await bar.lead.shifts.open.mutate({ ...once(), float_minor: 0 });
});
afterAll(() => bar.close());

describe('M6: lost cards', () => {
  it('M6 · Lost card attempt is denied and logged.', async () => {
    const guest = await aWireGuest(bar);
    const [tap] = bar.taps;
    const { visit_id, uid } = guest;
    await bar.cashier.visits.reportLost.mutate({ ...once(), visit_id, reason: 'Уронил в реку' });
    const { events, end } = await watching(bar.cashier);
    const denied = await lay(tap, guest);
    expect(denied).toMatchObject({ outcome: 'refused', refusal: { code: 'lost_card' } });
    if (denied.outcome === 'refused')
      for (const text of [denied.refusal.guest, denied.refusal.guest_action, denied.refusal.operator])
        expect(text.ru.length * text.en.length).toBeGreaterThan(0);
    const [row] = await bar.lead.audit.list.query({ tap_id: tap.tap_id, action: 'pour.refused' });
    expect(row).toMatchObject({ tap_number: 1, details: { code: 'lost_card' } });
    await expect
      .poll(() => events.filter(({ type }) => type === 'tap.refused'), { timeout: 15_000 })
      .toContainEqual(
        expect.objectContaining({
          details: expect.objectContaining({ code: 'lost_card', card_uid: uid }) as object,
        }),
      );
    end();
    expect((await visitOf(bar, guest)).unsettled).toEqual([]);
  });

  it('M6 · Lost card can be reported and listed via admin UI.', async () => {
    const guest = await aWireGuest(bar, { name: 'Пётр' });
    const { visit_id, guest_id, uid } = guest;
    await bar.cashier.visits.reportLost.mutate({ ...once(), visit_id, reason: 'Украли' });
    const mine = async () => (await bar.cashier.cards.lost.query()).find((row) => row.card_uid === uid);
    expect(await mine()).toMatchObject({
      card_uid: uid,
      visit_id,
      guest_id,
      guest_name: 'Пётр',
      reason: 'Украли',
      reported_by: 'Анна',
      found_at: null,
    });
    expect(
      await codeOf(
        bar.cashier.visits.open.mutate({ ...once(), guest: { age_confirmed: true }, card_uid: uid }),
      ),
    ).toBe('card.lost');
    await bar.cashier.cards.found.mutate({ ...once(), lost_id: (await mine())?.lost_id ?? 0 });
    expect(await mine()).toMatchObject({ found_at: expect.any(String) as string, found_by: 'Анна' });
    expect((await bar.cashier.cards.lookUp.query({ uid })).state).toBe('available');
  });

  it('M6 · a card lost in mid-pour: the tap is told to stop, the pour is charged to its visit', async () => {
    const guest = await aWireGuest(bar);
    const [tap] = bar.taps;
    const { visit_id } = guest;
    const grant = await grantOf(lay(tap, guest));
    const told: NodeCommand[] = [];
    const listening = tap.node.client.node.commands.subscribe(undefined, {
      onData: (command) => told.push(command),
    });
    await expect.poll(() => bar.server.app.hub.connected(), { timeout: 15_000 }).toContain(tap.node.node_id);
    await bar.cashier.visits.reportLost.mutate({ ...once(), visit_id, reason: 'Украли' });
    await expect
      .poll(() => told, { timeout: 15_000 })
      .toContainEqual({ kind: 'stop_grant', grant_id: grant.grant_id });
    listening.unsubscribe();
    // A node that was away hears it with its next heartbeat, until it has carried it out.
    expect((await beat(tap, 'pouring')).stop_grants).toEqual([grant.grant_id]);
    expect((await beat(tap, 'closing', [grant.grant_id])).stop_grants).toEqual([grant.grant_id]);
    expect(await settle(tap, grant, { end_reason: 'stopped' })).toBe('accepted');
    expect((await beat(tap)).stop_grants).toEqual([]);
    expect(await visitOf(bar, guest)).toMatchObject({ balance_minor: 85_000, card_uid: null, lock: null });
  });

  it('M6 · a replacement keeps balance, limit and history, and pours at once; the old card never', async () => {
    const guest = await aWireGuest(bar);
    const [tap] = bar.taps;
    await settle(tap, await grantOf(lay(tap, guest)));
    const before = await visitOf(bar, guest);
    const card_uid = aUid();
    const after = await bar.cashier.visits.replaceCard.mutate({
      ...(await onVisit(bar, guest)),
      card_uid,
      reason: 'Карта сломалась',
    });
    const { balance_minor, limit_used_ml, pours } = before;
    expect(after).toMatchObject({ card_uid, balance_minor, limit_used_ml, pours });
    expect((await bar.cashier.cards.lost.query())[0]).toMatchObject({
      card_uid: guest.uid,
      reason: 'Карта сломалась',
    });
    expect(await answerOf(lay(tap, guest))).toBe('lost_card');
    await settle(tap, await grantOf(lay(tap, { uid: card_uid })), { metered_ml: 200 });
    expect((await visitOf(bar, guest)).balance_minor).toBe(balance_minor - 6_000);
  });
});
