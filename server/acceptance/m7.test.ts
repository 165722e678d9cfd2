import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MoneyNotice, PlainNotice, PosAdapter, PourNotice } from '#domain/pos/adapter';
import { deliverWaiting } from '../pos/deliver.ts';
import { loggingStub } from '../pos/loggingStub.ts';
import { aWireBar, aWireGuest, codeOf, grantOf, lay, once, onVisit, settle } from '../testing/wireBar.ts';
import type { WireBar } from '../testing/wireBar.ts';

let bar: WireBar;
beforeAll(async () => {
  bar = await aWireBar();
  await bar.lead.shifts.open.mutate({ ...once(), float_minor: 0 });
});
afterAll(() => bar.close());

describe('M7: which keg is next, and the boundary to a cash register', () => {
  it('M7 · FIFO suggestion deterministic for same beer type candidates.', async () => {
    const { cashier, lead } = bar;
    const [tap] = bar.taps;
    const onTap = (await cashier.board.get.query()).taps.find(({ number }) => number === 1)?.keg_id;
    const beverage_id =
      (await cashier.kegs.list.query()).find(({ keg_id }) => keg_id === onTap)?.beverage_id ?? 0;
    const other = await lead.beverages.create.mutate({
      ...once(),
      name: 'Стаут',
      style: 'Стаут',
      abv_permille: 60,
      price_minor_per_litre: 40_000,
    });
    const receive = (of: number) =>
      cashier.kegs.receive.mutate({ ...once(), beverage_id: of, size_ml: 30_000 });
    await receive(other.beverage_id);
    const oldest = await receive(beverage_id);
    const newest = await receive(beverage_id);
    const suggest = async () => {
      const { suggested, candidates } = await cashier.kegs.suggest.query({ tap_id: tap.tap_id });
      return [suggested?.keg_id, candidates.map(({ keg_id }) => keg_id)];
    };
    const first = await suggest();
    expect(first).toEqual([oldest.keg_id, [oldest.keg_id, newest.keg_id]]);
    for (let again = 0; again < 5; again++) expect(await suggest()).toEqual(first);
    // Recommendation only: nothing changed by asking, and the operator may take another.
    expect((await cashier.board.get.query()).taps.find(({ number }) => number === 1)?.keg_id).toBe(onTap);
    const change = {
      ...once(),
      tap_id: tap.tap_id,
      keg_id: newest.keg_id,
      fate: 'partial' as const,
      reason: 'смена',
    };
    await cashier.kegs.change.mutate(change);
    // An opened keg comes before a full one, however new.
    expect((await suggest())[0]).toBe(onTap);
  });

  it('M7 · Stub notifications emitted for top-up/refund/pour paths.', async () => {
    const guest = await aWireGuest(bar, { balance_minor: 60_000 });
    const [, tap] = bar.taps;
    const grant = await grantOf(lay(tap, guest));
    await settle(tap, grant);
    const refund = {
      ...(await onVisit(bar, guest)),
      amount_minor: 5_000,
      method: 'cash' as const,
      reason: 'просит',
    };
    await bar.cashier.visits.refund.mutate(refund);
    await bar.cashier.visits.refund.mutate(refund);
    const mine = (await bar.lead.pos.recent.query({ waiting_only: true })).rows.filter(
      ({ kind, payload }) =>
        ['topup', 'refund', 'pour'].includes(kind) &&
        (payload as { visit_id?: number }).visit_id === guest.visit_id,
    );
    expect(mine.map(({ kind }) => kind).sort()).toEqual(['pour', 'refund', 'topup']);
    const told: [string, MoneyNotice | PourNotice | PlainNotice][] = [];
    const take = (kind: string) => (notice: MoneyNotice | PourNotice | PlainNotice) => {
      told.push([kind, notice]);
      return Promise.resolve();
    };
    const register: PosAdapter = {
      notifyTopup: take('topup'),
      notifyRefund: take('refund'),
      notifyPour: take('pour'),
      notifyShift: take('shift'),
      notifyKeg: take('keg'),
    };
    await deliverWaiting(bar.server.app.deps, register);
    const ofGuest = told.filter(([, notice]) => 'visit_id' in notice && notice.visit_id === guest.visit_id);
    expect(Object.fromEntries(ofGuest)).toMatchObject({
      topup: { amount_minor: 60_000, method: 'cash', cashier: { name: 'Анна' } },
      refund: { amount_minor: 5_000, method: 'cash' },
      pour: { key: `pour:${grant.grant_id}`, ml: 500, cost_minor: 15_000, paid_minor: 15_000 },
    });
    expect(ofGuest).toHaveLength(3);
    expect((await bar.lead.pos.recent.query({ waiting_only: true })).waiting).toBe(0);
  });

  it('M7 · the stub writes each notice to the log, and with its flag off rows wait, nothing is lost', async () => {
    const reason = 'нет кассы';
    const flag = (enabled: boolean) =>
      bar.engineer.flags.set.mutate({ ...once(), name: 'FF_POS_ADAPTER_STUB', enabled, reason });
    await flag(false);
    await aWireGuest(bar, { balance_minor: 1_000 });
    const lines: string[] = [];
    const stub = loggingStub((sentence) => lines.push(sentence));
    expect(await deliverWaiting(bar.server.app.deps, stub)).toEqual({ delivered: 0, failed: 0 });
    await flag(true);
    expect(await deliverWaiting(bar.server.app.deps, stub)).toEqual({ delivered: 1, failed: 0 });
    expect(lines).toHaveLength(1);
    expect(
      await codeOf(
        bar.cashier.flags.set.mutate({ ...once(), name: 'FF_POS_ADAPTER_STUB', enabled: true, reason }),
      ),
    ).toBe('operator.not_allowed');
  });
});
