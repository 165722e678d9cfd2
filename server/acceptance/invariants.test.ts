import { randomUUID } from 'node:crypto';
import type { Sequelize } from 'sequelize';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { query, queryOne } from '../db/query.ts';
import { reportCardLost } from '../services/reportCardLost.ts';
import { aCard, aVisit } from '../testing/builders.ts';
import { auditActions } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { minors, ml, Trace } from '../testing/trace.ts';

/* The fourteen invariants: what the database itself refuses, even to the owner of its tables, and what the services keep. */
let db: TestDatabase;
let trace: Trace;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  trace = await Trace.begin(db);
});
afterAll(() => db.drop());

/** The rule of the database that a statement broke. */
async function brokenBy(where: Sequelize, sql: string, bind: readonly unknown[] = []): Promise<string> {
  try {
    await query(where, sql, bind);
  } catch (error) {
    const { original } = error as { original?: { constraint?: string; message: string } };
    return original?.constraint ?? original?.message ?? String(error);
  }
  return 'nothing';
}
/** The row once more, with some of its columns changed. */
const again = (table: string, id: unknown, change: Record<string, unknown>) =>
  brokenBy(
    db.owner,
    `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(t, $1::jsonb)).* FROM ${table} t WHERE t.id = $2`,
    [JSON.stringify(change), id],
  );
const OTHER = 987_654;

describe('each invariant, on the database', () => {
  it('invariant 1: one active visit per guest, one active visit per card', async () => {
    const { visit_id, guest_id, card_id } = trace.scene.visit;
    expect(await again('visits', visit_id, { id: OTHER })).toBe('visits_one_active_per_guest');
    const other = await aVisit(trace.bar, { name: 'Другой' });
    const bind = 'INSERT INTO visit_cards (visit_id, card_id) VALUES ($1, $2)';
    await query(
      db.owner,
      `UPDATE visit_cards SET ended_at = now(), end_reason = 'returned' WHERE visit_id = $1`,
      [other.visit_id],
    );
    expect(await brokenBy(db.owner, bind, [other.visit_id, card_id])).toBe(
      'visit_cards_one_active_visit_per_card',
    );
    const spare = await aCard(trace.bar);
    expect(await brokenBy(db.owner, bind, [visit_id, spare.card_id])).toBe(
      'visit_cards_one_active_card_per_visit',
    );
    expect(guest_id).not.toBe(other.guest_id);
  });

  it('invariant 2: at most one open grant per visit', async () => {
    const g0 = await trace.grant(0);
    const second = { id: randomUUID(), client_tx_id: 'ab'.repeat(16), short_id: '999999', epoch: 2 };
    expect(await again('grants', g0.grant_id, second)).toBe('grants_one_open_per_visit');
    expect(await trace.answer(1)).toBe('card_in_use_on_other_tap');
  });

  it('invariant 3: one pour per grant, one per client_tx_id, one per (visit, short_id)', async () => {
    const g0 = await trace.grant(0);
    await trace.settle(0, g0, 1);
    const g1 = await trace.grant(0);
    const { id } = await queryOne<{ id: number }>(db.sequelize, 'SELECT id FROM pours');
    const copy = (change: Record<string, unknown>) => again('pours', id, { id: OTHER, ...change });
    const { grant_id, client_tx_id, short_id } = g1;
    expect(await copy({ client_tx_id, short_id })).toBe('pours_one_per_grant');
    expect(await copy({ grant_id, short_id })).toBe('pours_one_per_client_tx_id');
    expect(await copy({ grant_id, client_tx_id })).toBe('pours_one_per_visit_and_short_id');
  });

  it('invariant 4: a grant is debited at most once, ever, and one that has ended never changes', async () => {
    const g0 = await trace.grant(0);
    await trace.settle(0, g0, 1);
    const debit = await queryOne<{ id: number }>(
      db.sequelize,
      `SELECT id FROM ledger_transactions WHERE kind = 'pour'`,
    );
    expect(await again('ledger_transactions', debit.id, { id: OTHER })).toBe(
      'ledger_transactions_one_debit_per_grant',
    );
    for (const change of [`state = 'open'`, 'limit_minor = 1'])
      expect(await brokenBy(db.owner, `UPDATE grants SET ${change}`)).toMatch(/is settled and never changes/);
    expect(await trace.settle(0, g0, 2)).toBe('quarantined');
    expect((await trace.look(g0)).balance_minor).toBe(minors(2));
  });

  it('invariant 5: an acknowledged pour exists for ever', async () => {
    await trace.settle(0, await trace.grant(0), 1);
    expect(await brokenBy(db.sequelize, 'DELETE FROM pours')).toMatch(/permission denied/);
    for (const change of ['DELETE FROM pour_reports', `UPDATE pour_reports SET verdict = 'quarantined'`]) {
      expect(await brokenBy(db.sequelize, change)).toMatch(/permission denied/);
      expect(await brokenBy(db.owner, change)).toMatch(/written once and never change/);
    }
  });

  it('invariant 6: keg remainder = start − all flows from it', async () => {
    const { keg_id } = trace.taps[0];
    await trace.settle(0, await trace.grant(0), 1);
    const g1 = await trace.grant(0);
    await trace.leaseOver(g1);
    await trace.reconcile(g1, 1);
    await trace.settle(0, g1, 2);
    const keg = await queryOne<{ remaining_ml: number; rest_ml: number }>(
      db.sequelize,
      `SELECT k.remaining_ml, (k.start_ml - (SELECT sum(m.out_ml) FROM keg_movements m WHERE m.keg_id = k.id))::bigint AS rest_ml
       FROM kegs k WHERE k.id = $1`,
      [keg_id],
    );
    expect(keg).toEqual({ remaining_ml: 30_000 - ml(3), rest_ml: 30_000 - ml(3) });
    expect(await brokenBy(db.sequelize, 'UPDATE kegs SET remaining_ml = 30000')).toMatch(/permission denied/);
    expect(await brokenBy(db.sequelize, 'DELETE FROM keg_movements')).toMatch(/permission denied/);
  });

  it('invariant 7: balance = sum of its entries, all entries sum to zero, no balance below zero', async () => {
    const { guest_id } = trace.scene.visit;
    expect(await brokenBy(db.sequelize, 'UPDATE guest_accounts SET balance_minor = 1')).toMatch(
      /permission denied/,
    );
    const post = (lines: string) =>
      brokenBy(
        db.owner,
        `WITH t AS (INSERT INTO ledger_transactions (kind, shift_id, guest_id) VALUES ('adjustment', NULL, ${guest_id}) RETURNING id)
         INSERT INTO ledger_entries (transaction_id, account_id, amount_minor)
         SELECT t.id, a.id, ${lines} FROM t, ledger_accounts a WHERE a.kind = 'sales' OR a.kind = 'guest' AND a.guest_id = ${guest_id}`,
      );
    expect(await post(`CASE a.kind WHEN 'sales' THEN 500 ELSE -499 END`)).toMatch(
      /ledger_entries_balanced|sum/,
    );
    expect(await post(`CASE a.kind WHEN 'sales' THEN ${minors(4)} ELSE -${minors(4)} END`)).toMatch(
      /guest_accounts_balance_not_negative/,
    );
    expect(await trace.booksBroken()).toEqual([]);
  });

  it('invariant 8: lock set ⇔ open grant, same tap, same epoch', async () => {
    const g0 = await trace.grant(0);
    const { visit_id } = trace;
    const visits = (change: string) =>
      brokenBy(db.owner, `UPDATE visits SET ${change} WHERE id = $1`, [visit_id]);
    expect(await visits('active_tap_id = NULL, lock_set_at = NULL')).toMatch(/is locked on tap/);
    expect(await visits(`active_tap_id = ${trace.taps[1].tap_id}`)).toMatch(/is locked on tap/);
    expect(await visits('lock_epoch = lock_epoch + 1')).toMatch(/is locked on tap/);
    expect(await visits('lock_set_at = NULL')).toBe('visits_lock_whole');
    expect(
      await brokenBy(db.owner, `UPDATE grants SET state = 'orphaned' WHERE id = $1`, [g0.grant_id]),
    ).toMatch(/is locked on tap/);
    await trace.settle(0, g0, 1);
    expect(await visits(`active_tap_id = ${trace.taps[0].tap_id}, lock_set_at = now()`)).toMatch(
      /is locked on tap/,
    );
  });

  it.each(['open', 'open, lease over', 'orphaned', 'orphaned, lease over'])(
    'invariant 9: from «%s» and a tap that is gone for good there is a way to a closed visit and shift',
    async (state) => {
      const g0 = await trace.grant(0);
      if (state.startsWith('orphaned')) await trace.forceUnlock();
      if (state.includes('lease over')) await trace.leaseOver(g0);
      expect((await trace.look(g0)).grant).toBe(state);
      // Whatever it was, time passes and a person says what was poured.
      if (!state.includes('lease over')) await trace.leaseOver(g0);
      await trace.reconcile(g0, 0, null);
      await trace.closeVisit();
      expect((await trace.closeShift(trace.taps)).z_number).toBe(1);
      expect(await trace.booksBroken()).toEqual([]);
    },
  );

  it('invariant 10: one open shift; Z numbers without a gap', async () => {
    const { shift_id } = trace.scene;
    expect(await again('shifts', shift_id, { id: OTHER })).toBe('shifts_one_open');
    await trace.closeVisit();
    await trace.closeShift();
    const next = `INSERT INTO shifts (business_date, float_minor) VALUES (current_date, 0)`;
    await query(db.owner, next);
    const close = (z: number) =>
      brokenBy(
        db.owner,
        `UPDATE shifts SET state = 'closed', closed_at = now(), z_number = ${z} WHERE state = 'open'`,
      );
    expect(await close(3)).toBe('Z number 3 would leave a gap');
    expect(await close(1)).toBe('Z number 1 would leave a gap');
    expect(await close(2)).toBe('nothing');
    expect(await brokenBy(db.owner, `UPDATE shifts SET z_number = 7 WHERE z_number = 2`)).toMatch(
      /a Z report never changes/,
    );
  });

  it('invariant 11: a lost card never opens a valve while the backend is reachable', async () => {
    const { visit_id } = trace;
    const { card_id } = trace.scene.visit;
    const input = trace.asked(0);
    await trace.grant(0, input);
    await reportCardLost(trace.bar.deps, trace.bar.actor, {
      request_id: randomUUID(),
      visit_id,
      reason: 'украли',
    });
    expect(await trace.answer(0, input)).toBe('grant_over');
    expect(await trace.answer(1)).toBe('lost_card');
    expect(trace.pushed).toMatchObject([{ kind: 'stop_grant' }]);
    expect(
      await brokenBy(db.owner, `INSERT INTO lost_cards (card_id, reason) VALUES ($1, 'ещё раз')`, [card_id]),
    ).toBe('lost_cards_one_open_report_per_card');
  });

  it.each(['audit_events', 'ledger_transactions', 'ledger_entries', 'pour_reports'])(
    'invariant 12: audit and ledger rows never change: %s, not even for the owner of the table',
    async (table) => {
      await trace.settle(0, await trace.grant(0), 1);
      const { columns } = await queryOne<{ columns: string[] }>(
        db.owner,
        `SELECT array_agg(column_name::text) AS columns FROM information_schema.columns WHERE table_name = $1 AND is_generated = 'NEVER' AND is_identity = 'NO'`,
        [table],
      );
      const [column = ''] = columns;
      for (const change of [`UPDATE ${table} SET ${column} = ${column}`, `DELETE FROM ${table}`])
        expect(await brokenBy(db.owner, change)).toMatch(/written once and never change/);
    },
  );

  it('invariant 13: refusals write an audit event, with the attempt and in one unit', async () => {
    await trace.grant(0);
    const input = trace.asked(1);
    expect(await trace.answer(1, input)).toBe('card_in_use_on_other_tap');
    expect(await auditActions(trace.bar, 'pour.refused')).toHaveLength(1);
    const { code } = await queryOne<{ code: string }>(
      db.sequelize,
      `SELECT details->>'code' AS code FROM audit_events WHERE action = 'pour.refused' AND details->>'client_tx_id' = $1`,
      [input.client_tx_id],
    );
    expect(code).toBe('card_in_use_on_other_tap');
  });

  it('invariant 14: money never depends on a tap’s clock', async () => {
    for (const age_ms of [0, 86_400_000, null]) {
      const before = (await trace.look({ client_tx_id: '' })).balance_minor;
      await trace.settle(0, await trace.grant(0), 1, { age_ms, duration_ms: 20_000 });
      expect(before - (await trace.look({ client_tx_id: '' })).balance_minor).toBe(minors(1));
    }
  });
});
