import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { query, queryOne } from '../db/query.ts';
import { deliverWaiting } from '../pos/deliver.ts';
import { loggingStub } from '../pos/loggingStub.ts';
import { hashPin } from '../security/pin.ts';
import { authorisePour } from '../services/authorisePour.ts';
import { closeShift } from '../services/closeShift.ts';
import { closeWalkedOut } from '../services/closeWalkedOut.ts';
import { eraseGuest } from '../services/eraseGuest.ts';
import { exportGuest } from '../services/exportGuest.ts';
import { reportCardLost } from '../services/reportCardLost.ts';
import { settleReport } from '../services/settleReport.ts';
import type { Actor } from '../services/support/deps.ts';
import { takeX } from '../services/takeX.ts';
import { updateGuest } from '../services/updateGuest.ts';
import { verifyBooks } from '../services/verifyBooks.ts';
import { aBar, aNode } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { ALL_HEARD, aReport, asking, aStrayReport, granted } from '../testing/pours.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { DEMO_GUESTS } from './demoBar.ts';
import { loadDemoBar } from './loadDemoBar.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

const id = () => ({ request_id: randomUUID() });
/** Where a name or a phone of a guest may stand. */
const THEIR_PLACE = ['guests'];

type Seat = { visit_id: number; guest_id: number; uid: string };

/** An evening on the demo bar: every guest with a card pours, one card is lost, everybody leaves, the shift closes. */
async function anEvening(bar: Bar, said: string[]): Promise<void> {
  const lead = await queryOne<Actor>(
    db.sequelize,
    `SELECT id AS operator_id, role, (SELECT min(id) FROM tills) AS till_id FROM operators WHERE role = 'shift_lead'`,
  );
  const tap = await queryOne<{ tap_id: number }>(db.sequelize, 'SELECT min(id) AS tap_id FROM taps');
  const { node_id } = await aNode(bar);
  await query(db.sequelize, 'UPDATE taps SET node_id = $1 WHERE id = $2', [node_id, tap.tap_id]);
  const seats = await query<Seat>(
    db.sequelize,
    `SELECT v.id AS visit_id, v.guest_id, c.uid FROM visits v JOIN visit_cards vc ON vc.visit_id = v.id AND vc.ended_at IS NULL
     JOIN cards c ON c.id = vc.card_id WHERE v.state = 'active' ORDER BY v.id`,
  );
  for (const [seq, { uid, guest_id }] of seats.entries()) {
    await updateGuest(bar.deps, lead, {
      ...id(),
      guest_id,
      display_name: `Показать ${DEMO_GUESTS[seq]?.name}`,
    });
    const ask = asking({ visit: { uid }, tap } as unknown as Parameters<typeof asking>[0]);
    const grant = await granted(authorisePour(bar.deps, { node_id }, ask));
    await settleReport(bar.deps, { node_id }, aReport(grant, { metered_ml: 200, seq: seq + 1 }));
  }
  await settleReport(
    bar.deps,
    { node_id },
    aStrayReport({ tap } as unknown as Parameters<typeof aStrayReport>[0]),
  );
  const [first] = seats;
  await reportCardLost(bar.deps, lead, { ...id(), visit_id: first?.visit_id ?? 0, reason: 'потерял' });
  const approver = { operator_id: lead.operator_id, role: lead.role };
  await takeX(bar.deps, lead, id());
  await closeWalkedOut(bar.deps, lead, { ...id(), reason: 'ушли', approver });
  await exportGuest(bar.deps, lead, { guest_id: first?.guest_id ?? 0 });
  await eraseGuest(bar.deps, lead, {
    ...id(),
    guest_id: first?.guest_id ?? 0,
    reason: 'попросил',
    remainder: 'unclaimed',
    approver,
  });
  const { cash } = await queryOne<{ cash: number }>(
    db.sequelize,
    `SELECT 500000 - sum(e.amount_minor)::bigint AS cash FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'cash'`,
  );
  await closeShift({ ...bar.deps, live: ALL_HEARD }, lead, { ...id(), counted_cash_minor: cash });
  await deliverWaiting(
    bar.deps,
    loggingStub((sentence) => said.push(sentence)),
  );
}

it('after an evening of the demo bar no name and no phone of a guest stands anywhere but in guests', async () => {
  const bar = await aBar(db);
  await query(db.owner, 'DELETE FROM operators');
  await loadDemoBar(bar.deps, { hashPin });
  const said: string[] = [];
  await anEvening(bar, said);
  const personal = DEMO_GUESTS.flatMap(({ name, phone }) => [name, phone]).filter((each) => each !== null);
  expect(personal.length).toBeGreaterThan(12);
  const tables = await query<{ name: string }>(
    db.owner,
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { text } = await queryOne<{ text: string }>(
      db.owner,
      `SELECT coalesce(string_agg(t::text, E'\\n'), '') AS text FROM "${name}" t`,
    );
    if (THEIR_PLACE.includes(name)) expect(text).toContain('Показать');
    else
      found.push(
        ...[...personal, 'Показать'].filter((each) => text.includes(each)).map((each) => `${name}: ${each}`),
      );
  }
  found.push(...personal.filter((each) => said.join('\n').includes(each)).map((each) => `log: ${each}`));
  expect(found).toEqual([]);
  expect(said.length).toBeGreaterThan(10);
  expect((await verifyBooks(bar.deps)).ok).toBe(true);
});
