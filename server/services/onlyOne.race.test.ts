import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Sequelize } from 'sequelize';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '#domain/errors';
import { minor } from '#domain/quantity/money';
import { query, queryOne } from '../db/query.ts';
import { openAuthority } from '../security/authority.ts';
import {
  aBar,
  aBeverage,
  aCard,
  aKeg,
  anOperator,
  aTap,
  aVisit,
  balanceOf,
  countRows,
} from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { newNodeKey, PIN } from '../testing/clients.ts';
import { aPourGranted, aReport, aScene, asking, aTx, look } from '../testing/pours.ts';
import type { Scene } from '../testing/pours.ts';
import { patiently } from '../testing/patience.ts';
import { race } from '../testing/refusals.ts';
import { temporaryDirectory } from '../testing/temporaryCluster.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { addCardToPool } from './addCardToPool.ts';
import { authorisePour } from './authorisePour.ts';
import { cancelAttempt } from './cancelAttempt.ts';
import { cardFound } from './cardFound.ts';
import { correctKeg } from './correctKeg.ts';
import { createEnrolment } from './createEnrolment.ts';
import { createOperator } from './createOperator.ts';
import { createTap } from './createTap.ts';
import { endCleaning } from './endCleaning.ts';
import { endLease } from './endLease.ts';
import { enrolNode } from './enrolNode.ts';
import { firstRun } from './firstRun.ts';
import { forceUnlock } from './forceUnlock.ts';
import { handOverCash } from './handOverCash.ts';
import { writeOffReceivable } from './payReceivable.ts';
import { putKegOnTap } from './putKegOnTap.ts';
import { receiveKeg } from './receiveKeg.ts';
import { reconcilePour } from './reconcilePour.ts';
import { recoverEngineer } from './recoverEngineer.ts';
import { refund } from './refund.ts';
import { removePriceRule } from './removePriceRule.ts';
import { replaceCard } from './replaceCard.ts';
import { reportCardLost } from './reportCardLost.ts';
import { resetTap } from './resetTap.ts';
import { returnKeg } from './returnKeg.ts';
import { sealLedger } from './sealLedger.ts';
import { setMarkingCode } from './setMarkingCode.ts';
import { setPriceRule } from './setPriceRule.ts';
import { settleReport } from './settleReport.ts';
import { startCleaning } from './startCleaning.ts';
import type { Actor } from './support/deps.ts';
import { takeKegOff } from './takeKegOff.ts';
import { topUp } from './topUp.ts';
import { verifyBooks } from './verifyBooks.ts';

/*
 * Every «only one» that has no race beside its own service's tests: docs/INVARIANTS.md lists them all. Sixteen callers, each
 * with a request of its own.
 */
const MANY = 16;
let db: TestDatabase;
let sequelize: Sequelize;
let bar: Bar;
let lead: Actor;
let engineer: Actor;
let scene: Scene;
beforeAll(async () => {
  db = await testDatabase();
  sequelize = patiently(db);
});
beforeEach(async () => {
  await db.truncate();
  bar = await aBar({ sequelize });
  lead = await anOperator(bar, { role: 'shift_lead' });
  engineer = await anOperator(bar, { role: 'engineer' });
  scene = await aScene(bar);
});
afterAll(async () => {
  await sequelize.close();
  await db.drop();
});

const key = () => ({ request_id: randomUUID() });
const because = { reason: 'It was asked for' };
const many = <T>(make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: MANY }, (_, index) => make(index)));
const count = async (sql: string) =>
  (await queryOne<{ n: number }>(db.sequelize, `SELECT count(*) AS n FROM ${sql}`)).n;
const booksAgree = async () => expect((await verifyBooks(bar.deps)).broken).toEqual([]);

/** One wins; all others are told why in these words. */
async function oneWins<T>(code: ErrorCode, caller: (index: number) => Promise<T>): Promise<T> {
  const { won, codes } = await race(MANY, caller);
  expect(codes).toEqual(Array<string>(MANY - 1).fill(code));
  expect(won).toHaveLength(1);
  return won[0]!;
}

describe('a grant', () => {
  it('invariants 3 and 4: of 16 reports with other facts one is billed, the others are kept and quarantined', async () => {
    const { grant, input } = await aPourGranted(scene);
    const verdicts = await many((index) =>
      settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 300 + index })),
    );
    expect(verdicts.map(({ verdict }) => verdict).sort()).toEqual([
      'accepted',
      ...Array<string>(MANY - 1).fill('quarantined'),
    ]);
    expect(await count(`ledger_transactions WHERE kind = 'pour'`)).toBe(1);
    expect(await countRows(bar, 'pours')).toBe(1);
    expect(await countRows(bar, 'pour_reports')).toBe(MANY);
    expect((await look(scene, input.client_tx_id)).grant).toBe('settled');
    await booksAgree();
  });

  it('invariants 3 and 4: of 16 who enter a pour by hand, each another volume, one charges it', async () => {
    const { grant } = await aPourGranted(scene);
    await endLease(bar.deps, grant.grant_id);
    const { visit_id, guest_id } = scene.visit;
    const { grant_id, short_id } = grant;
    await oneWins('request.conflict', (index) =>
      reconcilePour(bar.deps, bar.actor, {
        ...key(),
        visit_id,
        grant_id,
        short_id,
        ml: 100 + index,
        reason: 'Silent',
        approver: null,
      }),
    );
    const { ml } = await queryOne<{ ml: number }>(db.sequelize, 'SELECT billed_ml AS ml FROM pours');
    expect(await balanceOf(bar, guest_id)).toBe(100_000 - 30 * ml);
    await booksAgree();
  });

  it('of 16 who ask under one attempt, each with another boot, one gets it', async () => {
    const client_tx_id = aTx();
    await oneWins('request.conflict', (index) =>
      authorisePour(
        bar.deps,
        scene.node,
        asking(scene, { client_tx_id, boot_id: `boot-0000-${1000 + index}` }),
      ),
    );
    expect(await countRows(bar, 'grants')).toBe(1);
  });

  it('16 guests who are granted at one tap at once have 16 codes', async () => {
    const visits = [scene.visit, ...(await many(() => aVisit(bar, { balance: minor(50_000) })))].slice(
      0,
      MANY,
    );
    const answers = await Promise.all(
      visits.map((visit) => authorisePour(bar.deps, scene.node, asking({ ...scene, visit }))),
    );
    const codes = answers.flatMap((answer) => (answer.outcome === 'granted' ? [answer.grant.short_id] : []));
    expect(codes).toHaveLength(MANY);
    expect(new Set(codes).size).toBe(MANY);
  });

  it('16 who cancel it at once release it once', async () => {
    const { grant } = await aPourGranted(scene);
    const { client_tx_id, tap_id } = grant;
    const answers = await many(() =>
      cancelAttempt(bar.deps, scene.node, { client_tx_id, tap_id, boot_id: 'boot-0000-0001' }),
    );
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['released']));
    expect(await count(`audit_events WHERE action = 'grant.released'`)).toBe(1);
  });

  it('of 16 who free its card one does', async () => {
    await aPourGranted(scene);
    const { visit_id } = scene.visit;
    const { expected_version } = await queryOne<{ expected_version: number }>(
      db.sequelize,
      'SELECT version AS expected_version FROM visits WHERE id = $1',
      [visit_id],
    );
    await oneWins('visit.changed', () =>
      forceUnlock(bar.deps, bar.actor, { ...key(), ...because, visit_id, expected_version }, 0),
    );
    expect(await count(`audit_events WHERE action = 'visit.force_unlocked'`)).toBe(1);
    expect(await count(`pours WHERE sync_status = 'pending_sync'`)).toBe(1);
  });
});

describe('a card', () => {
  it('of 16 who report it lost one does: one open report', async () => {
    const { visit_id } = scene.visit;
    await oneWins('visit.has_no_card', () =>
      reportCardLost(bar.deps, bar.actor, { ...key(), ...because, visit_id }),
    );
    expect(await count('lost_cards WHERE found_at IS NULL')).toBe(1);
  });

  it('16 who find it end its report once', async () => {
    const { visit_id, card_id } = scene.visit;
    await reportCardLost(bar.deps, bar.actor, { ...key(), ...because, visit_id });
    const { lost_id } = await queryOne<{ lost_id: number }>(
      db.sequelize,
      'SELECT id AS lost_id FROM lost_cards WHERE card_id = $1',
      [card_id],
    );
    await many(() => cardFound(bar.deps, bar.actor, { ...key(), lost_id }));
    expect(await count(`audit_events WHERE action = 'card.found'`)).toBe(1);
  });

  it('invariant 1: of 16 who replace it, each by another, one does', async () => {
    const cards = await many(() => aCard(bar));
    const { visit_id } = scene.visit;
    await oneWins('visit.changed', (index) =>
      replaceCard(bar.deps, bar.actor, {
        ...key(),
        visit_id,
        expected_version: 1,
        card_uid: cards[index]!.uid,
      }),
    );
    expect(await count('visit_cards WHERE ended_at IS NULL')).toBe(1);
    expect(await count(`cards WHERE state = 'assigned'`)).toBe(1);
  });

  it('an unknown one that 16 lay down joins the pool once', async () => {
    const answers = await many(() => addCardToPool(bar.deps, bar.actor, { uid: '04 A1 B2 C3 D4 E5 F6' }));
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(['available']));
    expect(await count(`cards WHERE uid = '04A1B2C3D4E5F6'`)).toBe(1);
  });
});

describe('money', () => {
  it('of 16 who give all of it back one does', async () => {
    const { visit_id, guest_id } = scene.visit;
    const giving = { visit_id, expected_version: 1, amount_minor: 100_000, method: 'cash' as const };
    await oneWins('visit.changed', () => refund(bar.deps, lead, { ...key(), ...because, ...giving }));
    expect(await balanceOf(bar, guest_id)).toBe(0);
    await booksAgree();
  });

  it('of 16 top-ups under one request key, each of another sum, one is booked', async () => {
    const { request_id } = key();
    const { visit_id, guest_id } = scene.visit;
    await oneWins('request.conflict', (index) =>
      topUp(bar.deps, bar.actor, { request_id, visit_id, amount_minor: 1_000 + index, method: 'cash' }),
    );
    expect(await countRows(bar, 'idempotency_keys')).toBe(1);
    expect((await balanceOf(bar, guest_id)) - 100_000).toBeLessThan(1_000 + MANY);
    await booksAgree();
  });

  it('of 16 who write off the whole debt one does', async () => {
    const poor = await aVisit(bar, { balance: minor(6_000) });
    const { grant } = await aPourGranted({ ...scene, visit: poor });
    await settleReport(bar.deps, scene.node, aReport(grant, { metered_ml: 500 }));
    const approver = { operator_id: lead.operator_id, role: lead.role };
    const debt = { guest_id: poor.guest_id, amount_minor: 9_000 };
    await oneWins('money.above_debt', () =>
      writeOffReceivable(bar.deps, bar.actor, { ...key(), ...because, ...debt, approver }),
    );
    await booksAgree();
  });

  it('invariant 10: 16 who take the drawer over follow one another: one open session, each ended once', async () => {
    const takers = await many(() => anOperator(bar));
    await many((index) =>
      handOverCash(bar.deps, bar.actor, {
        ...key(),
        counted_cash_minor: 0,
        reason: 'As counted',
        taker: { operator_id: takers[index]!.operator_id, role: 'cashier' },
      }),
    );
    expect(await count('cash_sessions WHERE ended_at IS NULL')).toBe(1);
    expect(await countRows(bar, 'cash_sessions')).toBe(MANY + 1);
    await booksAgree();
  });

  it('16 sealers at once chain each entry once', async () => {
    const { visit_id } = scene.visit;
    await many((index) =>
      topUp(bar.deps, bar.actor, { ...key(), visit_id, amount_minor: 1 + index, method: 'card_terminal' }),
    );
    await many(() => sealLedger(bar.deps, { sweep: 'all' }));
    expect(await verifyBooks(bar.deps)).toMatchObject({ broken: [], unsealed_entries: 0 });
    expect(await countRows(bar, 'ledger_sealed_entries')).toBe(await countRows(bar, 'ledger_entries'));
  });
});

describe('a tap and a keg', () => {
  it('of 16 kegs that are put on one tap one is', async () => {
    const tap = await aTap(bar, { keg: false });
    const kegs = await many(() => aKeg(bar, { beverage_id: tap.beverage_id }));
    const on = await oneWins('tap.has_keg', (index) =>
      putKegOnTap(bar.deps, bar.actor, { ...key(), tap_id: tap.tap_id, keg_id: kegs[index]!.keg_id }),
    );
    expect(on.tap_number).toBe(tap.number);
  });

  it('of 16 who take its keg off one does', async () => {
    const { tap_id } = scene.tap;
    await oneWins('tap.has_no_keg', () =>
      takeKegOff(bar.deps, bar.actor, { ...key(), ...because, tap_id, fate: 'empty' }),
    );
    expect(await count(`keg_movements WHERE kind = 'yield_variance'`)).toBe(1);
    await booksAgree();
  });

  it('of 16 who correct its keg, each to another, one does', async () => {
    const { tap_id, keg_id, beverage_id } = scene.tap;
    const kegs = await many(() => aKeg(bar, { beverage_id }));
    const base = { tap_id, from_keg_id: keg_id!, since: new Date(0).toISOString(), fate: 'partial' as const };
    await oneWins('keg.not_on_tap', (index) =>
      correctKeg(bar.deps, lead, { ...key(), ...because, ...base, to_keg_id: kegs[index]!.keg_id }),
    );
    await booksAgree();
  });

  it('of 16 who send a keg back one does', async () => {
    const { keg_id } = await aKeg(bar);
    await oneWins('keg.returned', () => returnKeg(bar.deps, lead, { ...key(), ...because, keg_id }));
    await booksAgree();
  });

  it('of 16 kegs with one marking code one is received, of 16 that get it one keeps it', async () => {
    const { beverage_id } = await aBeverage(bar);
    const marked = { beverage_id, size_ml: 30_000, marking_code: '0104603934000793' };
    await oneWins('keg.code_taken', () => receiveKeg(bar.deps, bar.actor, { ...key(), ...marked }));
    const kegs = await many(() => aKeg(bar, { beverage_id }));
    await oneWins('keg.code_taken', (index) =>
      setMarkingCode(bar.deps, bar.actor, {
        ...key(),
        keg_id: kegs[index]!.keg_id,
        marking_code: 'another code',
      }),
    );
  });

  it('a number that 16 give to a new tap is one tap', async () => {
    const made = await many(() => createTap(bar.deps, lead, { number: 77 }));
    expect(new Set(made.map(({ tap_id }) => tap_id)).size).toBe(1);
    expect(await count(`audit_events WHERE action = 'tap.created'`)).toBe(1);
  });

  it('of 16 who end its cleaning one does', async () => {
    const { tap_id } = scene.tap;
    await startCleaning(bar.deps, lead, {
      ...key(),
      ...because,
      tap_id,
      circulated: true,
      cleaned_by: null,
    });
    await oneWins('tap.not_being_cleaned', () =>
      endCleaning(bar.deps, bar.actor, { ...key(), tap_id, then: 'selling' }),
    );
  });

  it('of 16 who reset it after an entry by hand one does', async () => {
    const { tap_id } = scene.tap;
    await query(db.sequelize, `UPDATE taps SET status = 'processing_sync' WHERE id = $1`, [tap_id]);
    await oneWins('tap.not_waiting', () => resetTap(bar.deps, bar.actor, { ...key(), ...because, tap_id }));
  });

  it('of 16 who take one price rule away one does', async () => {
    const rule = await setPriceRule(bar.deps, lead, {
      ...key(),
      ...because,
      replaces: null,
      name: 'Happy hour',
      beverage_id: null,
      weekdays: [5],
      from_minute: 0,
      until_minute: 60,
      staff_only: false,
      effect: { kind: 'percent', percent_off: 10 },
    });
    await oneWins('price.rule_not_found', () =>
      removePriceRule(bar.deps, lead, { ...key(), ...because, rule_id: rule.rule_id }),
    );
  });
});

describe('a node', () => {
  let keysDir: string;
  beforeAll(() => {
    keysDir = temporaryDirectory();
  });
  afterAll(() => rmSync(keysDir, { recursive: true, force: true }));
  const aCode = async (tap_ids: number[]) => {
    const { code } = await createEnrolment(bar.deps, lead, {
      input: { name: 'pi', tap_ids },
      fingerprint: 'ab',
    });
    return code.slice(0, code.lastIndexOf('-'));
  };

  it('of 16 keys with one enrolment code one becomes a node', async () => {
    const authority = await openAuthority(keysDir);
    const { tap_id } = await createTap(bar.deps, lead, { number: 50 });
    const secret = await aCode([tap_id]);
    const keys = await many(() => newNodeKey());
    const nodes = await countRows(bar, 'nodes');
    await oneWins('enrolment.code_wrong', (index) =>
      enrolNode(bar.deps, authority, { secret, csr: keys[index]!.csr }),
    );
    expect(await countRows(bar, 'nodes')).toBe(nodes + 1);
  });

  it('of 16 nodes that are enrolled for one tap one gets it', async () => {
    const authority = await openAuthority(keysDir);
    const { tap_id } = await createTap(bar.deps, lead, { number: 50 });
    const secrets = await many(() => aCode([tap_id]));
    const keys = await many(() => newNodeKey());
    const nodes = await countRows(bar, 'nodes');
    await oneWins('tap.has_node', (index) =>
      enrolNode(bar.deps, authority, { secret: secrets[index]!, csr: keys[index]!.csr }),
    );
    expect(await countRows(bar, 'nodes')).toBe(nodes + 1);
  });
});

describe('the staff and the bar', () => {
  it('of 16 new people of one name one is taken on', async () => {
    await oneWins('staff.name_taken', () =>
      createOperator(bar.deps, engineer, { ...key(), name: 'Анна', role: 'cashier', pin: PIN }),
    );
  });

  const wizard = {
    bar_name: 'Тест',
    currency: 'RUB',
    time_zone: 'Europe/Moscow',
    language: 'ru',
    age_limit: 18,
    operator_name: 'Инна',
    pin: PIN,
    beverage: { name: 'Пилс', abv_permille: 48, price_minor_per_litre: 30_000 },
    keg_size_ml: 30_000,
    tap_number: 1,
  } as const;

  it('of 16 who set the bar up one does; of 16 who use its recovery code one does', async () => {
    await db.truncate();
    const { session, recovery_code } = await oneWins('setup.done_already', () => firstRun(bar.deps, wizard));
    expect(await countRows(bar, 'operators')).toBe(1);
    expect(await countRows(bar, 'kegs')).toBe(1);
    const operator_id = session!.operator.id;
    await oneWins('recovery.code_wrong', () =>
      recoverEngineer(bar.deps, { code: recovery_code!, operator_id, pin: '9753' }),
    );
    expect(await count(`audit_events WHERE action = 'staff.recovered'`)).toBe(1);
  });
});
