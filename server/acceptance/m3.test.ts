import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queryOne } from '../db/query.ts';
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
  settle,
  trailOf,
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

describe('M3: one card, one tap at a time', () => {
  it('M3 · Concurrent second authorization with same active visit is denied', async () => {
    const guest = await aWireGuest(bar);
    const [one, two] = bar.taps;
    const answers = await Promise.all([lay(one, guest), lay(two, guest)]);
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['granted', 'refused']);
    const denied = answers.find((answer) => answer.outcome === 'refused');
    const { lock, unsettled } = await visitOf(bar, guest);
    expect(denied).toMatchObject({
      refusal: { code: 'card_in_use_on_other_tap', tap_number: lock?.tap_number },
    });
    expect(unsettled).toHaveLength(1);
    // Not even the tap that has the card gets a second grant for it.
    const holder = lock?.tap_number === 1 ? one : two;
    expect(await answerOf(lay(holder, guest))).toBe('card_in_use_here');
    const given = answers.find((answer) => answer.outcome === 'granted');
    if (given?.outcome === 'granted') await settle(holder, given.grant);
    expect((await visitOf(bar, guest)).lock).toBeNull();
  });

  it('M3 · Lock is visible and auditable', async () => {
    const guest = await aWireGuest(bar, { name: 'Борис' });
    const [one] = bar.taps;
    expect((await visitOf(bar, guest)).lock).toBeNull();
    const grant = await grantOf(lay(one, guest));
    const lock = {
      tap_id: one.tap_id,
      tap_number: 1,
      grant_id: grant.grant_id,
      lock_set_at: expect.any(String) as string,
    };
    expect((await visitOf(bar, guest)).lock).toEqual(lock);
    const board = await bar.cashier.board.get.query();
    expect(board.visits.find(({ visit_id }) => visit_id === guest.visit_id)?.lock).toEqual(lock);
    expect(board.taps.find(({ tap_id }) => tap_id === one.tap_id)).toMatchObject({
      guest_name: 'Борис',
      visit_id: guest.visit_id,
    });
    const granted = await queryOne<{ epoch: number; locked_with: number }>(
      bar.db.sequelize,
      `SELECT g.epoch, v.lock_epoch AS locked_with FROM grants g JOIN visits v ON v.id = g.visit_id WHERE g.id = $1`,
      [grant.grant_id],
    );
    expect(granted).toEqual({ epoch: 1, locked_with: 1 });
    expect(
      (await bar.lead.audit.list.query({ grant_id: grant.grant_id })).map(({ action }) => action),
    ).toEqual(['grant.given']);
    await settle(one, grant);
  });

  it('M3 · denied simultaneous use is audited and pushed to the till', async () => {
    const guest = await aWireGuest(bar);
    const [one, two] = bar.taps;
    const grant = await grantOf(lay(one, guest));
    const { events, end } = await watching(bar.cashier);
    expect(await answerOf(lay(two, guest))).toBe('card_in_use_on_other_tap');
    await expect
      .poll(() => events.filter(({ type }) => type === 'tap.refused'), { timeout: 15_000 })
      .toContainEqual(
        expect.objectContaining({
          visit_id: guest.visit_id,
          details: expect.objectContaining({
            code: 'card_in_use_on_other_tap',
            tap_number: 2,
            card_uid: guest.uid,
          }) as object,
        }),
      );
    end();
    const [denied] = await bar.lead.audit.list.query({ visit_id: guest.visit_id, action: 'pour.refused' });
    expect(denied).toMatchObject({
      tap_number: 2,
      details: { code: 'card_in_use_on_other_tap', other_tap_number: 1 },
    });
    await settle(one, grant);
  });

  it('M3 · a stale lock is freed by an audited act with a reason, and its beer is still charged once', async () => {
    const guest = await aWireGuest(bar);
    const [one, two] = bar.taps;
    const grant = await grantOf(lay(one, guest));
    const command = await onVisit(bar, guest);
    expect(await codeOf(bar.cashier.visits.forceUnlock.mutate({ ...command, reason: ' ' }))).toBe(
      'input.invalid',
    );
    const freed = await bar.cashier.visits.forceUnlock.mutate({ ...command, reason: 'Кран завис' });
    expect(freed).toMatchObject({ lock: null, pending_pours: 1 });
    expect(await trailOf(bar, guest.visit_id)).toContainEqual(
      expect.objectContaining({ action: 'visit.force_unlocked', reason: 'Кран завис' }),
    );
    const second = await grantOf(lay(two, guest));
    await settle(one, grant);
    // The stale end of the first grant leaves the newer lock as it is.
    expect((await visitOf(bar, guest)).lock?.grant_id).toBe(second.grant_id);
    await settle(two, second, { metered_ml: 300 });
    expect(await visitOf(bar, guest)).toMatchObject({ lock: null, balance_minor: 100_000 - 15_000 - 9_000 });
  });

  it('M3 · a tap that was reset from processing_sync by hand is audited with its reason', async () => {
    const guest = await aWireGuest(bar);
    const [one] = bar.taps;
    const { tap_id } = one;
    const grant = await grantOf(lay(one, guest));
    await leaseOver(bar, grant.grant_id);
    await beat(one, 'processing_sync');
    const reset = () => bar.cashier.taps.reset.mutate({ ...once(), tap_id, reason: 'Проверен' });
    expect(await codeOf(reset())).toBe('tap.has_unsettled_grant');
    await settle(one, grant);
    await bar.db.owner.query(`UPDATE taps SET status = 'processing_sync' WHERE id = ${tap_id}`);
    expect((await reset()).status).toBe('selling');
    const [row] = await bar.lead.audit.list.query({ tap_id, action: 'tap.reset' });
    expect(row).toMatchObject({ reason: 'Проверен', operator_name: 'Анна' });
  });
});
