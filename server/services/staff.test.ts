import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '#domain/errors';
import type { Role } from '#domain/staff/roles';
import { inTransaction } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { staffList } from '../queries/staff.ts';
import { checkPin, PIN_TRIES } from '../security/checkPin.ts';
import { hashPin } from '../security/pin.ts';
import { findSession, touchSession } from '../security/sessions.ts';
import { aBar, anOperator, countRows } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { auditActions } from '../testing/pours.ts';
import { race, refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { changeOwnPin } from './changeOwnPin.ts';
import { createOperator } from './createOperator.ts';
import { deactivateOperator } from './deactivateOperator.ts';
import { reactivateOperator } from './reactivateOperator.ts';
import { recoverEngineer } from './recoverEngineer.ts';
import { renameOperator } from './renameOperator.ts';
import { renewRecoveryCode } from './renewRecoveryCode.ts';
import { setOperatorPin } from './setOperatorPin.ts';
import { setOperatorRole } from './setOperatorRole.ts';
import { signIn } from './signIn.ts';
import { approverOf } from './support/approval.ts';
import type { Actor } from './support/deps.ts';
import { unlockOperator } from './unlockOperator.ts';

let db: TestDatabase;
let bar: Bar;
let engineer: Actor;
let lead: Actor;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  engineer = await anOperator(bar, { role: 'engineer' });
  lead = await anOperator(bar, { role: 'shift_lead' });
});
afterAll(() => db.drop());

const id = () => ({ request_id: randomUUID() });
const someone = (role: Role, name = 'Пётр') => ({ ...id(), name, role, pin: '4321' });
const because = { reason: 'уволился' };
const lockOut = async (operator_id: number) => {
  for (let n = 0; n < PIN_TRIES; n += 1) await refusalOf(checkPin(bar.deps, { operator_id, pin: '0000' }));
};
const mayEnter = (operator_id: number, pin: string) =>
  checkPin(bar.deps, { operator_id, pin }).then(
    () => 'in',
    (error: unknown) => (error instanceof DomainError ? error.code : 'failed'),
  );

describe('staff', () => {
  it('is made once, with a PIN that opens the till; names and PINs stand in no stored answer', async () => {
    const asked = someone('cashier', 'Пётр Несторович');
    const row = await createOperator(bar.deps, lead, asked);
    expect(row).toMatchObject({ name: 'Пётр Несторович', role: 'cashier', active: true, locked: false });
    expect(await createOperator(bar.deps, lead, asked)).toEqual(row);
    expect(await countRows(bar, 'operators')).toBe(4);
    expect(await mayEnter(row.id, '4321')).toBe('in');
    const { stored } = await queryOne<{ stored: string }>(
      db.sequelize,
      `SELECT (SELECT string_agg(i::text, ' ') FROM idempotency_keys i) || (SELECT string_agg(a::text, ' ') FROM audit_events a) AS stored`,
    );
    expect(stored).not.toMatch(/Несторович|4321/);
    expect(await auditActions(bar, 'staff.%')).toEqual(['staff.created']);
  });

  it('a shift lead looks after cashiers only, an engineer after everybody', async () => {
    const refused = async (work: Promise<unknown>) => (await refusalOf(work)).code;
    for (const role of ['shift_lead', 'engineer'] as const)
      expect(await refused(createOperator(bar.deps, lead, someone(role)))).toBe('operator.not_allowed');
    expect(await refused(createOperator(bar.deps, bar.actor, someone('cashier')))).toBe(
      'operator.not_allowed',
    );
    const { id: cashier } = await createOperator(bar.deps, lead, someone('cashier'));
    const of = (operator_id: number) => ({ ...id(), operator_id });
    for (const target of [lead, engineer]) {
      const at = of(target.operator_id);
      expect(await refused(setOperatorPin(bar.deps, lead, { ...at, pin: '1234' }))).toBe(
        'operator.not_allowed',
      );
      expect(await refused(deactivateOperator(bar.deps, lead, { ...at, ...because }))).toBe(
        'operator.not_allowed',
      );
      expect(await refused(unlockOperator(bar.deps, lead, at))).toBe('operator.not_allowed');
      expect(await refused(renameOperator(bar.deps, lead, { ...at, name: 'Я' }))).toBe(
        'operator.not_allowed',
      );
    }
    const raised = { ...of(cashier), role: 'engineer' as const, ...because };
    expect(await refused(setOperatorRole(bar.deps, lead, raised))).toBe('operator.not_allowed');
    expect((await setOperatorRole(bar.deps, engineer, raised)).role).toBe('engineer');
    expect(await refused(setOperatorRole(bar.deps, engineer, { ...raised, ...of(999) }))).toBe(
      'staff.not_found',
    );
  });

  it('two active people of one name are refused; a name is free again when its bearer has left', async () => {
    const first = await createOperator(bar.deps, engineer, someone('cashier', 'Анна'));
    const again = someone('cashier', 'анна');
    expect((await refusalOf(createOperator(bar.deps, engineer, again))).code).toBe('staff.name_taken');
    const rename = { ...id(), operator_id: lead.operator_id, name: 'Анна' };
    expect((await refusalOf(renameOperator(bar.deps, engineer, rename))).code).toBe('staff.name_taken');
    await deactivateOperator(bar.deps, engineer, { ...id(), operator_id: first.id, ...because });
    expect((await renameOperator(bar.deps, engineer, { ...rename, ...id() })).name).toBe('Анна');
    expect((await staffList(db.sequelize)).at(-1)).toMatchObject({ id: first.id, active: false });
    const back = { ...id(), operator_id: first.id };
    expect((await refusalOf(reactivateOperator(bar.deps, engineer, back))).code).toBe('staff.name_taken');
    await renameOperator(bar.deps, engineer, { ...rename, ...id(), name: 'Анна вторая' });
    expect((await reactivateOperator(bar.deps, engineer, { ...back, ...id() })).active).toBe(true);
    expect(await mayEnter(first.id, '4321')).toBe('in');
  });

  it('who has left, or whose PIN was set anew, is signed out everywhere', async () => {
    const { id: operator_id } = await createOperator(bar.deps, lead, someone('cashier'));
    const { token } = await signIn(bar.deps, { operator_id, pin: '4321' });
    await setOperatorPin(bar.deps, lead, { ...id(), operator_id, pin: '8765' });
    expect(await findSession(db.sequelize, token)).toBeUndefined();
    expect(await mayEnter(operator_id, '4321')).toBe('session.wrong_pin');
    expect(await mayEnter(operator_id, '8765')).toBe('in');
    const leave = { ...id(), operator_id, ...because };
    await deactivateOperator(bar.deps, lead, leave);
    expect((await deactivateOperator(bar.deps, lead, leave)).active).toBe(false);
    expect(await mayEnter(operator_id, '8765')).toBe('session.wrong_pin');
  });

  it('the last engineer can neither leave nor be made less, also when two take each other away at once', async () => {
    const self = { operator_id: engineer.operator_id, ...because };
    const less = setOperatorRole(bar.deps, engineer, { ...id(), ...self, role: 'cashier' });
    expect((await refusalOf(less)).code).toBe('staff.last_engineer');
    const gone = deactivateOperator(bar.deps, engineer, { ...id(), ...self });
    expect((await refusalOf(gone)).code).toBe('staff.last_engineer');
    const other = await anOperator(bar, { role: 'engineer' });
    const pairs = [
      [engineer, other],
      [other, engineer],
    ] as const;
    const { won, codes } = await race(8, (n) => {
      const [actor, target] = pairs[n % 2 === 0 ? 0 : 1];
      return deactivateOperator(bar.deps, actor, { ...id(), operator_id: target.operator_id, ...because });
    });
    expect(won).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['staff.not_found', 'staff.last_engineer']));
  });
});

describe('a lock-out', () => {
  it('is ended by a shift lead; the PIN stays what it is', async () => {
    const { id: operator_id } = await createOperator(bar.deps, lead, someone('cashier'));
    await lockOut(operator_id);
    expect(await mayEnter(operator_id, '4321')).toBe('session.locked');
    expect((await unlockOperator(bar.deps, lead, { ...id(), operator_id })).locked).toBe(false);
    expect(await mayEnter(operator_id, '4321')).toBe('in');
  });

  it('counts PINs given in place like those of a sign-in', async () => {
    const { id: operator_id } = await createOperator(bar.deps, lead, someone('cashier'));
    expect(await approverOf(bar.deps, null)).toBeNull();
    expect(await approverOf(bar.deps, { operator_id, pin: '4321' })).toEqual({
      operator_id,
      role: 'cashier',
    });
    for (let n = 1; n < PIN_TRIES; n += 1)
      expect((await refusalOf(approverOf(bar.deps, { operator_id, pin: '9999' }))).code).toBe(
        'session.wrong_pin',
      );
    expect((await refusalOf(approverOf(bar.deps, { operator_id, pin: '9999' }))).code).toBe('session.locked');
    expect(await mayEnter(operator_id, '4321')).toBe('session.locked');
  });
});

it('one’s own PIN is changed by the one of until now', async () => {
  const { id: operator_id } = await createOperator(bar.deps, lead, someone('cashier'));
  const self: Actor = { operator_id, role: 'cashier', till_id: bar.actor.till_id };
  const wrong = changeOwnPin(bar.deps, self, { pin: '0000', new_pin: '1357' });
  expect((await refusalOf(wrong)).code).toBe('session.wrong_pin');
  await changeOwnPin(bar.deps, self, { pin: '4321', new_pin: '1357' });
  expect(await mayEnter(operator_id, '1357')).toBe('in');
});

describe('the recovery code', () => {
  const own = () => ({ operator_id: engineer.operator_id, role: engineer.role });

  it('gives a locked-out engineer a new PIN, once; its successor is told, and the trail knows', async () => {
    const { recovery_code } = await renewRecoveryCode(bar.deps, engineer, own());
    await query(db.sequelize, 'UPDATE operators SET pin_hash = $2 WHERE id = $1', [
      engineer.operator_id,
      await hashPin('1111'),
    ]);
    await lockOut(engineer.operator_id);
    const as_read = `${recovery_code.slice(0, 10).toLowerCase()}-${recovery_code.slice(10)} `;
    const input = { code: as_read, operator_id: engineer.operator_id, pin: '2580' };
    const answer = await recoverEngineer(bar.deps, input);
    expect(answer.session.operator).toMatchObject({ id: engineer.operator_id, role: 'engineer' });
    expect(await findSession(db.sequelize, answer.session.token)).toBeDefined();
    expect(await mayEnter(engineer.operator_id, '2580')).toBe('in');
    expect((await refusalOf(recoverEngineer(bar.deps, input))).code).toBe('recovery.code_wrong');
    await recoverEngineer(bar.deps, { ...input, code: answer.recovery_code });
    expect(await auditActions(bar, 'staff.reco%')).toEqual([
      'staff.recovery_code_renewed',
      'staff.recovered',
      'staff.recovery_refused',
      'staff.recovered',
    ]);
  });

  it('a wrong one changes nothing, nor does one of a bar that has none, nor one for somebody who is no engineer', async () => {
    const input = { code: 'WRONG', operator_id: engineer.operator_id, pin: '2580' };
    expect((await refusalOf(recoverEngineer(bar.deps, input))).code).toBe('recovery.code_wrong');
    const { recovery_code: code } = await renewRecoveryCode(bar.deps, engineer, own());
    expect((await refusalOf(recoverEngineer(bar.deps, input))).code).toBe('recovery.code_wrong');
    const for_lead = recoverEngineer(bar.deps, { ...input, code, operator_id: lead.operator_id });
    expect((await refusalOf(for_lead)).code).toBe('staff.not_found');
    expect((await recoverEngineer(bar.deps, { ...input, code })).recovery_code).not.toBe(code);
  });

  it('a new one needs the engineer’s own PIN', async () => {
    const other = { operator_id: lead.operator_id, role: lead.role };
    expect((await refusalOf(renewRecoveryCode(bar.deps, engineer, other))).code).toBe('approval.needed');
  });
});

it('a session that nobody touches ends after the setting’s seconds, if the setting has any', async () => {
  const { id: operator_id } = await createOperator(bar.deps, lead, someone('cashier'));
  const { token } = await signIn(bar.deps, { operator_id, pin: '4321' });
  const leave = () =>
    query(db.sequelize, `UPDATE sessions SET last_active_at = now() - interval '10 minutes'`);
  await leave();
  expect(await findSession(db.sequelize, token)).toBeDefined();
  await query(db.sequelize, `INSERT INTO settings (key, value) VALUES ('till', '{"idle_lock_s": 300}')`);
  expect(await findSession(db.sequelize, token)).toBeUndefined();
  await inTransaction(db.sequelize, (unit) => touchSession(unit, token));
  expect(await findSession(db.sequelize, token)).toBeDefined();
});
