import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MoneyNotice, PlainNotice, PosAdapter, PourNotice } from '#domain/pos/adapter';
import { posRecentInput } from '#domain/protocol/pos';
import { inTransaction } from '../db/inTransaction.ts';
import { every } from '../every.ts';
import { query } from '../db/query.ts';
import { posRecent } from '../queries/posRecent.ts';
import { closeShift } from '../services/closeShift.ts';
import { closeVisit } from '../services/closeVisit.ts';
import { openShift } from '../services/openShift.ts';
import { refund } from '../services/refund.ts';
import { settleReport } from '../services/settleReport.ts';
import { notifyPos } from '../services/support/notifyPos.ts';
import { topUp } from '../services/topUp.ts';
import { aBar, anOperator } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { ALL_HEARD, aPourGranted, aReport, aScene } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { deliverWaiting } from './deliver.ts';
import { loggingStub } from './loggingStub.ts';

let db: TestDatabase;
let bar: Bar;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
});
afterAll(() => db.drop());

type Told = MoneyNotice | PourNotice | PlainNotice;
/** An adapter that remembers, and fails where it is told to. */
function aRegister(fails: (notice: Told) => boolean = () => false) {
  const told: [string, Told][] = [];
  const take = (kind: string) => (notice: Told) => {
    told.push([kind, notice]);
    return fails(notice) ? Promise.reject(new Error('no paper')) : Promise.resolve();
  };
  const adapter: PosAdapter = {
    notifyTopup: take('topup'),
    notifyRefund: take('refund'),
    notifyPour: take('pour'),
    notifyShift: take('shift'),
    notifyKeg: take('keg'),
  };
  return {
    adapter,
    told,
    of: (kind: string) => told.filter(([each]) => each === kind).map(([, notice]) => notice),
  };
}
const dueNow = () =>
  query(db.sequelize, 'UPDATE pos_outbox SET next_attempt_at = now() WHERE delivered_at IS NULL');
const waiting = async () => (await posRecent(db.sequelize, posRecentInput.parse({}))).waiting;
const three = async () => {
  for (const id of [1, 2, 3])
    await inTransaction(db.sequelize, (unit) =>
      notifyPos(unit, { kind: 'keg', id, payload: { what: 'put_on_tap', keg_id: id } }),
    );
};

describe('M7: stub notifications are emitted for top-up, refund and pour', () => {
  it('with kopecks, tax, ml, beverage, marking code and cashier, each once', async () => {
    await query(db.sequelize, `INSERT INTO settings (key, value) VALUES ('till', '{"vat_permille": 200}')`);
    const lead = await anOperator(bar, { role: 'shift_lead', name: 'Олег' });
    await openShift(bar.deps, lead, { request_id: randomUUID(), float_minor: 0 });
    const scene = await aScene(bar, { balance: 0 });
    await query(db.sequelize, `UPDATE kegs SET marking_code = '0104601234567890215ABC'`);
    const { visit_id } = scene.visit;
    const once = { request_id: randomUUID(), visit_id, amount_minor: 60_000, method: 'cash' as const };
    await topUp(bar.deps, lead, once);
    await topUp(bar.deps, lead, once);
    const { grant } = await aPourGranted(scene);
    await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 500 }));
    const row = await query<{ version: number }>(db.sequelize, 'SELECT version FROM visits');
    await refund(bar.deps, lead, {
      request_id: randomUUID(),
      visit_id,
      expected_version: row[0]?.version ?? 0,
      amount_minor: 5_000,
      method: 'cash',
      reason: 'просит',
    });
    const register = aRegister();
    expect(await deliverWaiting(bar.deps, register.adapter)).toEqual({ delivered: 4, failed: 0 });
    const cashier = { operator_id: lead.operator_id, name: 'Олег' };
    expect(register.of('topup')).toMatchObject([
      {
        key: `topup:${once.request_id}`,
        amount_minor: 60_000,
        currency: 'RUB',
        vat_permille: 200,
        vat_minor: 10_000,
        method: 'cash',
        visit_id,
        cashier,
      },
    ]);
    expect(register.of('pour')).toMatchObject([
      {
        key: `pour:${grant.grant_id}`,
        ml: 500,
        cost_minor: 15_000,
        paid_minor: 15_000,
        unpaid_minor: 0,
        vat_minor: 2_500,
        beverage: 'Пилс «Старый мост»',
        marking_code: '0104601234567890215ABC',
        reverses: null,
        cashier: null,
      },
    ]);
    expect(register.of('refund')).toMatchObject([{ amount_minor: 5_000, vat_minor: 833, cashier }]);
    expect(register.of('shift')).toMatchObject([{ facts: { what: 'opened', float_minor: 0 }, cashier }]);
    expect(await deliverWaiting(bar.deps, register.adapter)).toEqual({ delivered: 0, failed: 0 });
  });

  it('a shift’s close is told with its Z, a reversal with the key of what it takes back', async () => {
    const lead = await anOperator(bar, { role: 'shift_lead' });
    await openShift(bar.deps, lead, { request_id: randomUUID(), float_minor: 0 });
    const { visit, node } = await aScene(bar);
    await closeVisit(bar.deps, lead, {
      request_id: randomUUID(),
      visit_id: visit.visit_id,
      expected_version: 1,
      reason: 'уходит',
      card_returned: true,
      remainder: 'refund',
      method: 'cash',
    });
    expect(node.node_id).toBeGreaterThan(0);
    await closeShift({ ...bar.deps, live: ALL_HEARD }, lead, {
      request_id: randomUUID(),
      counted_cash_minor: 0,
      reason: 'касса пуста',
    });
    const payload = { grant_id: 'x', ml: -500, price_minor_per_litre: 30_000 };
    const amounts = { cost_minor: -15_000, paid_minor: -15_000, unpaid_minor: 0 };
    await inTransaction(db.sequelize, (unit) =>
      notifyPos(unit, {
        kind: 'pour',
        id: 'back',
        payload: { ...payload, ...amounts },
        reverses: { kind: 'pour', id: 'first' },
      }),
    );
    const register = aRegister();
    await deliverWaiting(bar.deps, register.adapter);
    expect(register.of('shift').at(-1)).toMatchObject({
      key: 'shift:z1',
      facts: { what: 'closed', z_number: 1 },
    });
    expect(register.of('pour')).toMatchObject([{ reverses: 'pour:first', cost_minor: -15_000 }]);
  });
});

describe('delivery', () => {
  it('is in order, at least once: what was told but not marked is told again under the same key', async () => {
    await three();
    const first = aRegister();
    await deliverWaiting(bar.deps, first.adapter);
    expect(first.told.map(([, { key }]) => key)).toEqual(['keg:1', 'keg:2', 'keg:3']);
    // As if the server had been killed between telling and marking the second.
    await query(db.sequelize, `UPDATE pos_outbox SET delivered_at = NULL WHERE idempotency_key = 'keg:2'`);
    await dueNow();
    const again = aRegister();
    await deliverWaiting(bar.deps, again.adapter);
    expect(again.told.map(([, { key }]) => key)).toEqual(['keg:2']);
  });

  it('one that fails holds up no other and is tried again later and later', async () => {
    await three();
    const register = aRegister(({ key }) => key === 'keg:1');
    expect(await deliverWaiting(bar.deps, register.adapter)).toEqual({ delivered: 2, failed: 1 });
    expect(await deliverWaiting(bar.deps, register.adapter)).toEqual({ delivered: 0, failed: 0 });
    await dueNow();
    await deliverWaiting(bar.deps, register.adapter);
    const { rows } = await posRecent(db.sequelize, posRecentInput.parse({ waiting_only: true }));
    expect(rows).toMatchObject([{ key: 'keg:1', attempts: 2, last_error: 'no paper', delivered_at: null }]);
    const [{ wait_s } = { wait_s: 0 }] = await query<{ wait_s: number }>(
      db.sequelize,
      `SELECT extract(epoch FROM next_attempt_at - now())::float8 AS wait_s FROM pos_outbox WHERE delivered_at IS NULL`,
    );
    expect(wait_s).toBeGreaterThan(1);
    await dueNow();
    await deliverWaiting(bar.deps, aRegister().adapter);
    expect(await waiting()).toBe(0);
  });

  it('a register that never answers is given up in time', async () => {
    await three();
    const silent = { ...aRegister().adapter, notifyKeg: () => new Promise<void>(() => undefined) };
    expect(await deliverWaiting(bar.deps, silent, 30)).toEqual({ delivered: 0, failed: 3 });
    const { rows } = await posRecent(db.sequelize, posRecentInput.parse({ kind: 'keg', limit: 1 }));
    expect(rows).toMatchObject([{ key: 'keg:3', last_error: 'no answer within 30 ms' }]);
  });

  it('two servers at once tell each notice once', async () => {
    for (let n = 0; n < 5; n += 1) await three();
    const register = aRegister();
    const servers = Array.from({ length: 4 }, () => deliverWaiting(bar.deps, register.adapter));
    await Promise.all(servers);
    expect(register.told.map(([, { key }]) => key).sort()).toEqual(['keg:1', 'keg:2', 'keg:3']);
  });

  it('with FF_POS_ADAPTER_STUB off rows are kept, and delivered when it is on again', async () => {
    const register = aRegister();
    await three();
    const off = { ...bar.deps, flag_overrides: { FF_POS_ADAPTER_STUB: false } };
    expect(await deliverWaiting(off, register.adapter)).toEqual({ delivered: 0, failed: 0 });
    expect(await waiting()).toBe(3);
    await deliverWaiting(bar.deps, register.adapter);
    expect(register.told).toHaveLength(3);
  });

  it('runs by itself and says each notice to the log', async () => {
    const said: string[] = [];
    const register = loggingStub((sentence) => said.push(sentence));
    const stop = every(
      100,
      () => deliverWaiting(bar.deps, register),
      (error) => {
        throw error;
      },
    );
    await three();
    await expect.poll(() => said.length, { timeout: 15_000 }).toBe(3);
    await stop();
    expect(said[0]).toBe('POS keg keg:1: put_on_tap');
  });
});
