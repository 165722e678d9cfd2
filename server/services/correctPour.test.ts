import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minor } from '#domain/quantity/money';
import { query, queryOne } from '../db/query.ts';
import { aBar, anOperator, balanceOf, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { ALL_HEARD, aPourGranted, aReport, aScene, auditActions, look } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { closeShift } from './closeShift.ts';
import { closeVisit } from './closeVisit.ts';
import { compPour, reversePour } from './correctPour.ts';
import type { CompPour, ReversePour } from './correctPour.ts';
import { openShift } from './openShift.ts';
import { writeOffReceivable } from './payReceivable.ts';
import { refund } from './refund.ts';
import { settleReport } from './settleReport.ts';
import { compedMoney } from './support/compedMoney.ts';
import { inTransaction } from '../db/inTransaction.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

let db: TestDatabase;
let bar: Bar;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
});
afterAll(async () => {
  await db.drop();
});

/** A pour of so many ml at 300.00 a litre. */
async function poured(scene: Scene, metered_ml = 500): Promise<number> {
  const { grant } = await aPourGranted(scene);
  await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml }));
  const { id } = await queryOne<{ id: number }>(db.sequelize, 'SELECT id FROM pours WHERE grant_id = $1', [
    grant.grant_id,
  ]);
  return id;
}
/** A scene whose money was really paid in. */
async function paidIn(amount_minor: number): Promise<Scene> {
  const scene = await aScene(bar, { balance: 0 });
  await topUp(bar.deps, bar.actor, {
    request_id: randomUUID(),
    visit_id: scene.visit.visit_id,
    amount_minor,
    method: 'cash',
  });
  return scene;
}
const comping = (pour_id: number, change: Partial<CompPour> = {}): CompPour => ({
  request_id: randomUUID(),
  pour_id,
  ml: 200,
  reason: 'тёплое',
  approver: null,
  ...change,
});
const reversing = (pour_id: number, change: Partial<ReversePour> = {}): ReversePour => ({
  request_id: randomUUID(),
  pour_id,
  reason: 'не тот гость',
  approver: null,
  ...change,
});
const sums = async () =>
  Object.fromEntries(
    (
      await query<{ kind: string; sum: number }>(
        db.sequelize,
        `SELECT a.kind, sum(e.amount_minor)::bigint AS sum FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
         GROUP BY a.kind HAVING sum(e.amount_minor) <> 0`,
      )
    ).map(({ kind, sum }) => [kind, sum]),
  );
const refunding = async (scene: Scene, amount_minor: number) => {
  const { visit_id } = scene.visit;
  const { version } = await bar.models.Visit.findByPk(visit_id, { rejectOnEmpty: true });
  return refund(bar.deps, bar.actor, {
    request_id: randomUUID(),
    visit_id,
    expected_version: version,
    amount_minor,
    method: 'cash',
    reason: 'уходит',
  });
};
const comped = (guest_id: number) => inTransaction(db.sequelize, (unit) => compedMoney(unit, guest_id));

describe('comp of a pour', () => {
  it('gives back the price of these millilitres to the account, once, and leaves grant and pour as they are', async () => {
    const scene = await paidIn(100_000);
    const pour_id = await poured(scene);
    const before = await bar.models.Pour.findByPk(pour_id, { raw: true });
    const input = comping(pour_id);
    const first = await compPour(bar.deps, bar.actor, input);
    expect(await compPour(bar.deps, bar.actor, input)).toEqual(first);
    expect(await balanceOf(bar, scene.visit.guest_id)).toBe(100_000 - 15_000 + 6_000);
    expect(await sums()).toEqual({ guest: 91_000, cash: -100_000, sales: 15_000, comp: -6_000 });
    expect(await bar.models.Pour.findByPk(pour_id, { raw: true })).toEqual(before);
    expect(await auditActions(bar, 'pour.comped')).toEqual(['pour.comped']);
    expect((await verifyBooks(bar.deps)).ok).toBe(true);
  });

  it('is never more than was charged, in however many parts, to the last kopeck', async () => {
    const scene = await paidIn(100_000);
    const pour_id = await poured(scene, 333);
    const lead = await anOperator(bar, { role: 'shift_lead' });
    await compPour(bar.deps, lead, comping(pour_id, { ml: 111 }));
    await compPour(bar.deps, lead, comping(pour_id, { ml: 111 }));
    expect(await refusalOf(compPour(bar.deps, lead, comping(pour_id, { ml: 112 })))).toEqual({
      code: 'pour.above_charge',
      params: { pour_id, left_ml: 111 },
    });
    await compPour(bar.deps, lead, comping(pour_id, { ml: 111 }));
    expect(await balanceOf(bar, scene.visit.guest_id)).toBe(100_000);
    expect((await refusalOf(compPour(bar.deps, lead, comping(pour_id, { ml: 1 })))).code).toBe(
      'pour.above_charge',
    );
  });

  it('above one’s daily cap needs a shift lead, whose own cap it then uses; above that an engineer', async () => {
    await db.sequelize.query(`INSERT INTO settings (key, value)
      VALUES ('money', '{"comp_ml_per_day": {"cashier": 300, "shift_lead": 400, "engineer": 5000}}')`);
    const scene = await paidIn(1_000_000);
    const lead = await anOperator(bar, { role: 'shift_lead' });
    const approver = { operator_id: lead.operator_id, role: lead.role };
    const [first, second] = [await poured(scene), await poured(scene)];
    await compPour(bar.deps, bar.actor, comping(first, { ml: 300 }));
    expect(await refusalOf(compPour(bar.deps, bar.actor, comping(first, { ml: 100 })))).toEqual({
      code: 'approval.needed',
      params: { needs: 'shift_lead', left_ml: 0 },
    });
    const other = await anOperator(bar);
    expect(
      (await refusalOf(compPour(bar.deps, bar.actor, comping(first, { ml: 100, approver: { ...other } }))))
        .params,
    ).toMatchObject({ needs: 'shift_lead' });
    await compPour(bar.deps, bar.actor, comping(first, { ml: 200, approver }));
    expect(
      (await refusalOf(compPour(bar.deps, bar.actor, comping(second, { ml: 201, approver })))).params,
    ).toMatchObject({ needs: 'engineer' });
    expect((await refusalOf(compPour(bar.deps, lead, comping(second, { ml: 201 })))).params).toEqual({
      needs: 'engineer',
      left_ml: 200,
    });
    const engineer = await anOperator(bar, { role: 'engineer' });
    await compPour(bar.deps, lead, comping(second, { ml: 201, approver: { ...engineer } }));
    expect(
      await query(db.sequelize, 'SELECT operator_id, approved_by, ml FROM pour_corrections ORDER BY id'),
    ).toEqual([
      { operator_id: bar.actor.operator_id, approved_by: bar.actor.operator_id, ml: 300 },
      { operator_id: bar.actor.operator_id, approved_by: lead.operator_id, ml: 200 },
      { operator_id: lead.operator_id, approved_by: engineer.operator_id, ml: 201 },
    ]);
  });

  it('of 16 callers who give the last of a cap on different pours, as many win as fit', async () => {
    await db.sequelize.query(`INSERT INTO settings (key, value)
      VALUES ('money', '{"comp_ml_per_day": {"cashier": 250, "shift_lead": 400, "engineer": 5000}}')`);
    const scene = await paidIn(1_000_000);
    const other = await aScene(bar);
    const pours = [await poured(scene), await poured(other)];
    const { won, codes } = await race(16, (index) =>
      compPour(bar.deps, bar.actor, comping(pours[index % 2] ?? 0, { ml: 100 })),
    );
    expect(won).toHaveLength(2);
    expect(codes).toEqual(Array(14).fill('approval.needed'));
    expect(await countRows(bar, 'pour_corrections')).toBe(2);
  });

  it('lowers the debt first where the pour was not covered, and gives nobody what the house has written off', async () => {
    const scene = await paidIn(10_000);
    const lead = await anOperator(bar, { role: 'shift_lead' });
    const { grant } = await aPourGranted(scene);
    await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 500 }));
    expect(await look(scene, grant.client_tx_id)).toMatchObject({ balance_minor: 0, owed_minor: 5_000 });
    const [pour] = await query<{ id: number }>(db.sequelize, 'SELECT id FROM pours');
    const pour_id = pour?.id ?? 0;
    await compPour(bar.deps, lead, comping(pour_id, { ml: 100 }));
    expect(await look(scene, grant.client_tx_id)).toMatchObject({ balance_minor: 0, owed_minor: 2_000 });
    await writeOffReceivable(bar.deps, lead, {
      request_id: randomUUID(),
      guest_id: scene.visit.guest_id,
      amount_minor: 2_000,
      reason: 'ушёл',
      approver: { ...lead },
    });
    await compPour(bar.deps, lead, comping(pour_id, { ml: 400 }));
    expect(await look(scene, grant.client_tx_id)).toMatchObject({ balance_minor: 10_000, owed_minor: 0 });
    expect(await sums()).toEqual({
      guest: 10_000,
      cash: -10_000,
      sales: 15_000,
      comp: -13_000,
      loss: -2_000,
    });
  });

  it('comped money is never paid out: a refund gives what was paid in less what was drunk of it', async () => {
    const scene = await paidIn(20_000);
    const { guest_id } = scene.visit;
    const pour_id = await poured(scene);
    await compPour(bar.deps, bar.actor, comping(pour_id, { ml: 500 }));
    expect([await balanceOf(bar, guest_id), await comped(guest_id)]).toEqual([20_000, 15_000]);
    expect(await refusalOf(refunding(scene, 5_001))).toEqual({
      code: 'money.above_free_balance',
      params: { free_minor: 5_000, balance_minor: 20_000, reserved_minor: 0, comped_minor: 15_000 },
    });
    await refunding(scene, 5_000);
    expect([await balanceOf(bar, guest_id), await comped(guest_id)]).toEqual([15_000, 15_000]);
    expect((await refusalOf(refunding(scene, 1))).code).toBe('money.above_free_balance');
  });

  it('is drunk first, and reversing the pour that drank it does not make it real money', async () => {
    const scene = await paidIn(30_000);
    const { guest_id } = scene.visit;
    const lead = await anOperator(bar, { role: 'shift_lead' });
    await compPour(bar.deps, lead, comping(await poured(scene), { ml: 500 }));
    expect(await comped(guest_id)).toBe(15_000);
    const second = await poured(scene, 400);
    expect([await balanceOf(bar, guest_id), await comped(guest_id)]).toEqual([18_000, 3_000]);
    await reversePour(bar.deps, lead, reversing(second));
    expect([await balanceOf(bar, guest_id), await comped(guest_id)]).toEqual([30_000, 15_000]);
    await poured(scene, 700);
    expect([await balanceOf(bar, guest_id), await comped(guest_id)]).toEqual([9_000, 0]);
    await refunding(scene, 9_000);
    expect((await verifyBooks(bar.deps)).ok).toBe(true);
  });

  it('at the close of a nameless guest’s visit goes back to the house; a named guest keeps it', async () => {
    for (const name of [null, 'Анна']) {
      const scene = await paidIn(20_000);
      const { visit_id, guest_id } = scene.visit;
      await query(db.sequelize, 'UPDATE guests SET name = $2 WHERE id = $1 RETURNING id', [guest_id, name]);
      await compPour(bar.deps, bar.actor, comping(await poured(scene), { ml: 500 }));
      const { version } = await bar.models.Visit.findByPk(visit_id, { rejectOnEmpty: true });
      await closeVisit(bar.deps, bar.actor, {
        request_id: randomUUID(),
        visit_id,
        expected_version: version,
        reason: 'уходит',
        card_returned: true,
        remainder: 'refund',
        method: 'cash',
      });
      expect(await balanceOf(bar, guest_id)).toBe(name === null ? 0 : 15_000);
    }
    expect(await sums()).toEqual({ guest: 15_000, cash: -30_000, sales: 30_000, comp: -15_000 });
  });

  it('of an unknown pour, of one that was not charged yet, or without an open shift is refused', async () => {
    const scene = await aScene(bar);
    expect((await refusalOf(compPour(bar.deps, bar.actor, comping(4711)))).code).toBe('pour.not_found');
    const { grant } = await aPourGranted(scene);
    await query(
      db.sequelize,
      `INSERT INTO pours (grant_id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, sync_status, price_minor_per_litre)
       SELECT id, client_tx_id, visit_id, guest_id, tap_id, keg_id, beverage_id, shift_id, 'pending_sync', price_minor_per_litre
       FROM grants WHERE id = $1 RETURNING id`,
      [grant.grant_id],
    );
    const [pour] = await query<{ id: number }>(db.sequelize, 'SELECT id FROM pours');
    expect((await refusalOf(compPour(bar.deps, bar.actor, comping(pour?.id ?? 0)))).code).toBe(
      'pour.not_charged',
    );
  });
});

describe('reversal of a pour', () => {
  it('takes sale, comp and debt back as one transaction that names the first, and tells the cash register the original', async () => {
    const scene = await paidIn(10_000);
    const lead = await anOperator(bar, { role: 'shift_lead' });
    const { grant } = await aPourGranted(scene);
    await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 500 }));
    const [pour] = await query<{ id: number }>(db.sequelize, 'SELECT id FROM pours');
    const pour_id = pour?.id ?? 0;
    await compPour(bar.deps, lead, comping(pour_id, { ml: 100 }));
    const input = reversing(pour_id);
    const first = await reversePour(bar.deps, lead, input);
    expect(await reversePour(bar.deps, lead, input)).toEqual(first);
    expect(await sums()).toEqual({ guest: 10_000, cash: -10_000 });
    expect(await look(scene, grant.client_tx_id)).toMatchObject({
      grant: 'settled',
      billed_ml: 500,
      owed_minor: 0,
    });
    expect(
      await query(
        db.sequelize,
        `SELECT t.kind, o.kind AS reverses, t.reason FROM ledger_transactions t JOIN ledger_transactions o ON o.id = t.reverses_id`,
      ),
    ).toEqual([{ kind: 'reversal', reverses: 'pour', reason: 'не тот гость' }]);
    const [told] = await query<{ payload: object }>(
      db.sequelize,
      `SELECT payload FROM pos_outbox WHERE payload ->> 'event' = 'reversal'`,
    );
    expect(told?.payload).toMatchObject({
      original: `pour:${grant.grant_id}`,
      ml: 400,
      amount_minor: -12_000,
    });
    expect(
      await query(db.sequelize, 'SELECT 1 AS there FROM pos_outbox WHERE idempotency_key = $1', [
        `pour:${grant.grant_id}`,
      ]),
    ).toHaveLength(1);
    expect((await verifyBooks(bar.deps)).ok).toBe(true);
  });

  it('of 16 callers one wins, the others are told that it was done', async () => {
    const scene = await paidIn(100_000);
    const pour_id = await poured(scene);
    const { won, codes } = await race(16, () => reversePour(bar.deps, bar.actor, reversing(pour_id)));
    expect(won).toHaveLength(1);
    expect(codes).toEqual(Array(15).fill('pour.reversed'));
    expect(await balanceOf(bar, scene.visit.guest_id)).toBe(100_000);
    expect((await refusalOf(compPour(bar.deps, bar.actor, comping(pour_id)))).code).toBe('pour.reversed');
  });

  it('counts against the daily cap like a comp', async () => {
    const scene = await paidIn(100_000);
    const pour_id = await poured(scene, 1_200);
    expect((await refusalOf(reversePour(bar.deps, bar.actor, reversing(pour_id)))).params).toEqual({
      needs: 'shift_lead',
      left_ml: 1_000,
    });
    const lead = await anOperator(bar, { role: 'shift_lead' });
    await reversePour(bar.deps, bar.actor, reversing(pour_id, { approver: { ...lead } }));
    expect(await balanceOf(bar, scene.visit.guest_id)).toBe(minor(100_000));
  });

  it('of a pour of an earlier shift is booked in the present one: the Z stays as it was printed', async () => {
    const deps = { ...bar.deps, live: ALL_HEARD };
    const lead = await anOperator(bar, { role: 'shift_lead' });
    const scene = await paidIn(15_000);
    const pour_id = await poured(scene);
    const { visit_id } = scene.visit;
    const { version } = await bar.models.Visit.findByPk(visit_id, { rejectOnEmpty: true });
    await closeVisit(deps, lead, {
      request_id: randomUUID(),
      visit_id,
      expected_version: version,
      reason: 'уходит',
      card_returned: true,
      remainder: 'keep',
      method: 'cash',
    });
    const counted_cash_minor = 115_000;
    await closeShift(deps, lead, {
      request_id: randomUUID(),
      counted_cash_minor,
      count: null,
      reason: 'сошлось',
      waivers: [],
      approver: null,
    });
    const z = () => query(db.sequelize, 'SELECT * FROM shifts WHERE z_number IS NOT NULL');
    const printed = await z();
    expect((await refusalOf(reversePour(deps, lead, reversing(pour_id)))).code).toBe('shift.closed');
    await openShift(deps, lead, { request_id: randomUUID(), float_minor: 0 });
    await reversePour(deps, lead, reversing(pour_id));
    expect(await z()).toEqual(printed);
    expect(
      await query(
        db.sequelize,
        `SELECT s.state FROM ledger_transactions t JOIN shifts s ON s.id = t.shift_id WHERE t.kind = 'reversal'`,
      ),
    ).toEqual([{ state: 'open' }]);
  });

  it('verify names a correction that is not what the ledger says, and one that gives too much', async () => {
    const scene = await paidIn(100_000);
    await compPour(bar.deps, bar.actor, comping(await poured(scene)));
    const owner = (sql: string) => db.owner.query(sql);
    await owner('ALTER TABLE pour_corrections DISABLE TRIGGER USER');
    await owner('UPDATE pour_corrections SET amount_minor = -16000');
    await owner('ALTER TABLE pour_corrections ENABLE TRIGGER USER');
    const says = JSON.stringify(await verifyBooks(bar.deps));
    expect(says).toContain('moves the charge by -16000, booked is -6000');
    expect(says).toContain('was charged 15000 and corrected by -16000');
  });
});
