import { randomUUID } from 'node:crypto';
import { startCluster } from '#server/db/cluster';
import { openDatabase } from '#server/db/database';
import { DEMO_FREE_CARDS, DEMO_STAFF } from '#server/demo/demoBar';
import { endLease } from '#server/services/endLease';
import { aDeps } from '#server/testing/builders';
import { signIn, tillClient } from '#server/testing/clients';
import type { TillClient } from '#server/testing/clients';
import type { VisitWire } from '#domain/protocol/till';
import { askToPair, SpokenNode } from './barOnWire.ts';
import type { TillAddress } from './barOnWire.ts';

const once = (): { request_id: string } => ({ request_id: randomUUID() });
const ENGINEER_PIN = DEMO_STAFF.find(({ role }) => role === 'engineer')?.pin ?? '';

type Served = { visit_id: number; uid: string };

/**
 * The second evening of the demo bar, with every state that a screen can show: a closed shift, a pour that runs, one that waits
 * for its volume, debts, reviews, a lost card, a tap being cleaned, one without a word, one that nobody has connected. Long because
 * it is a story told in order.
 */
export class Evening {
  readonly engineer: TillClient;
  readonly station: TillClient;
  readonly till: TillAddress;
  /** by the name in the board's list; the anonymous ones by «Гость N» are left out */
  readonly visits = new Map<string, Served>();
  readonly nodes: SpokenNode[] = [];
  readonly #tap_ids = new Map<number, number>();
  /** left without a name and without taking the money along */
  unclaimed_guest_id = 0;
  readonly #approval: { operator_id: number; pin: string };
  readonly #endLease: (grant_id: string) => Promise<unknown>;
  #running: (() => Promise<void>) | null = null;
  /** the first of the free cards is a debtor's */
  #given = 0;

  constructor(of: {
    till: TillAddress;
    engineer: TillClient;
    station: TillClient;
    approval: { operator_id: number; pin: string };
    endLease: (grant_id: string) => Promise<unknown>;
  }) {
    this.till = of.till;
    this.engineer = of.engineer;
    this.station = of.station;
    this.#approval = of.approval;
    this.#endLease = of.endLease;
  }

  tap(number: number): number {
    return this.#tap_ids.get(number) ?? 0;
  }

  of(name: string): Served {
    const found = this.visits.get(name);
    if (!found) throw new Error(`${name} is not here`);
    return found;
  }

  visit(name: string): Promise<VisitWire> {
    return this.engineer.visits.get.query({ visit_id: this.of(name).visit_id });
  }

  #nodeOf(number: number): SpokenNode {
    const found = this.nodes.find(({ node }) => node.tap_ids.includes(this.tap(number)));
    if (!found) throw new Error(`tap ${number} has no node`);
    return found;
  }

  pour(number: number, name: string, ml: number): Promise<boolean> {
    return this.#nodeOf(number).pour(this.tap(number), this.of(name).uid, ml);
  }

  /** Анна holds her card on tap 1. The lease of a grant is short: whoever looks at it begins it anew. */
  async beginPour(): Promise<void> {
    await this.endPour();
    const node = this.#nodeOf(1);
    const grant = await node.lay(this.tap(1), this.of('Анна Кравцова').uid);
    if (grant === null) throw new Error('the running pour was refused');
    await node.flow(grant, 186);
    this.#running = () => node.settle(grant, 186);
  }

  async endPour(): Promise<void> {
    await this.#running?.();
    this.#running = null;
  }

  /** The volume of a pour never came, and its time is over. */
  async #pourWithoutVolume(number: number, name: string) {
    const node = this.#nodeOf(number);
    const grant = await node.lay(this.tap(number), this.of(name).uid);
    if (grant === null) throw new Error(`${name} was refused at tap ${number}`);
    await this.#endLease(grant.grant_id);
    return { node, grant };
  }

  async #enterByCode(number: number, name: string, volumes: { entered: number; metered: number }) {
    const { node, grant } = await this.#pourWithoutVolume(number, name);
    await this.engineer.pours.reconcile.mutate({
      ...once(),
      visit_id: this.of(name).visit_id,
      grant_id: grant.grant_id,
      ml: volumes.entered,
      short_id: grant.short_id,
      reason: 'Кран не прислал объём',
    });
    await node.settle(grant, volumes.metered);
  }

  async #seeWhoIsHere(): Promise<void> {
    const { visits, taps } = await this.engineer.board.get.query();
    this.visits.clear();
    for (const { guest_name, visit_id, card_uid } of visits)
      if (guest_name !== null) this.visits.set(guest_name, { visit_id, uid: card_uid ?? '' });
    for (const { number, tap_id } of taps) this.#tap_ids.set(number, tap_id);
  }

  async connectTaps(): Promise<void> {
    await this.#seeWhoIsHere();
    for (const [name, numbers] of [
      ['Стойка слева', [1, 2]],
      ['Стойка справа', [3]],
      ['У окна', [4]],
    ] as const) {
      const tap_ids = numbers.map((number) => this.tap(number));
      this.nodes.push(await SpokenNode.enrol(this.till, this.engineer, { name, tap_ids }));
    }
  }

  async #closeVisit(visit_id: number, named: boolean): Promise<void> {
    const { version, guest_id } = await this.engineer.visits.get.query({ visit_id });
    const unclaimed = !named && this.unclaimed_guest_id === 0;
    if (unclaimed) this.unclaimed_guest_id = guest_id;
    await this.engineer.visits.close.mutate({
      ...once(),
      visit_id,
      expected_version: version,
      reason: 'Гость уходит',
      card_returned: true,
      remainder: named || unclaimed ? 'keep' : 'refund',
      approval: unclaimed ? this.#approval : null,
    });
  }

  async closeAllVisits(): Promise<void> {
    const { visits } = await this.engineer.board.get.query();
    for (const { visit_id, guest_name } of visits) await this.#closeVisit(visit_id, guest_name !== null);
  }

  /** The first evening, from its pours to its Z. */
  async firstEvening(): Promise<void> {
    await this.pour(1, 'Фёдор Ёлкин', 500);
    await this.pour(2, 'Ольга Мартынова', 400);
    await this.pour(3, 'Светлана Юдина', 300);
    await this.pour(4, 'Тимур Ахметов', 330);
    await this.#enterByCode(3, 'Игорь Лебедев', { entered: 300, metered: 320 });
    await this.engineer.shifts.takeX.mutate(once());
    const { visits } = await this.engineer.board.get.query();
    const again = visits.filter(({ guest_name }) => guest_name !== null);
    await this.closeAllVisits();
    for (const node of this.nodes) await node.beat();
    await this.engineer.shifts.close.mutate({
      ...once(),
      counted_cash_minor: 1_000_000,
      reason: 'Ошиблись со сдачей',
    });
    await this.engineer.shifts.open.mutate({ ...once(), float_minor: 500_000 });
    for (const { guest_id, card_uid } of again)
      await this.engineer.visits.open.mutate({ ...once(), guest_id, card_uid });
    await this.#seeWhoIsHere();
  }

  async secondEvening(): Promise<void> {
    await this.pour(2, 'Анна Кравцова', 400);
    await this.pour(1, 'Анна Кравцова', 250);
    await this.pour(3, 'Игорь Лебедев', 330);
    await this.pour(4, 'Ольга Мартынова', 250);
    await this.#nearTheLimit('Ольга Мартынова');
    await this.#enterByCode(4, 'Фёдор Ёлкин', { entered: 250, metered: 470 });
    await this.#settleFirstReview();
    await this.#enterByCode(4, 'Фёдор Ёлкин', { entered: 200, metered: 60 });
    await this.#owing();
    await this.#strangeReport();
    await this.engineer.cash.move.mutate({
      ...once(),
      direction: 'in',
      amount_minor: 300_000,
      reason: 'Размен из сейфа',
    });
    await this.#loseCards();
    await this.#prices();
    const { visit_id } = this.of('Светлана Юдина');
    await this.engineer.visits.topUp.mutate({ ...once(), visit_id, amount_minor: 50_000, method: 'cash' });
    await this.#pourWithoutVolume(3, 'Дмитрий Сомов');
    await this.engineer.taps.startCleaning.mutate({
      ...once(),
      tap_id: this.tap(2),
      reason: 'По графику',
      circulated: true,
    });
    const { tap_id } = await this.engineer.taps.create.mutate({ number: 5 });
    this.#tap_ids.set(5, tap_id);
    for (const node of this.nodes.slice(0, 2)) node.keepBeating();
    await this.station.station.report.mutate({ type: 'reader.changed', state: 'ready', names: ['ACR1252U'] });
  }

  async #nearTheLimit(name: string): Promise<void> {
    for (let glass = 0; glass < 6; glass += 1) {
      const { service } = await this.visit(name);
      if (service && service.level !== 'ok') return;
      await this.pour(1, name, 250);
    }
  }

  async #settleFirstReview(): Promise<void> {
    const [review] = await this.engineer.reviews.list.query({ state: 'open' });
    await this.engineer.reviews.resolve.mutate({
      ...once(),
      review_id: review?.review_id ?? 0,
      resolution: 'keep',
      reason: 'Разница мала',
    });
  }

  /** More ran than the guest had money for. */
  async #owing(): Promise<void> {
    const uid = DEMO_FREE_CARDS[0] ?? '';
    const { visit_id } = await this.engineer.visits.open.mutate({
      ...once(),
      guest: { name: 'Роман Тихий', age_confirmed: true },
      card_uid: uid,
    });
    await this.engineer.visits.topUp.mutate({ ...once(), visit_id, amount_minor: 10_000, method: 'cash' });
    this.visits.set('Роман Тихий', { visit_id, uid });
    const node = this.#nodeOf(1);
    const grant = await node.lay(this.tap(1), uid);
    if (grant === null) throw new Error('a guest with 100.00 was refused');
    await node.settle(grant, grant.limit_ml + 60);
  }

  async #strangeReport(): Promise<void> {
    const node = this.#nodeOf(1);
    const grant = await node.lay(this.tap(1), this.of('Фёдор Ёлкин').uid);
    if (grant === null) throw new Error('refused');
    await node.settle(grant, 150);
    await node.settle(grant, 400, {
      grant_id: randomUUID(),
      client_tx_id: 'f'.repeat(32),
      short_id: '031272',
    });
  }

  async #loseCards(): Promise<void> {
    for (const name of ['Тимур Ахметов', 'Светлана Юдина'])
      await this.engineer.visits.reportLost.mutate({
        ...once(),
        visit_id: this.of(name).visit_id,
        reason: 'Гость потерял',
      });
    const [lost] = await this.engineer.cards.lost.query();
    if (lost) await this.engineer.cards.found.mutate({ ...once(), lost_id: lost.lost_id });
  }

  async #prices(): Promise<void> {
    await this.engineer.prices.set.mutate({
      ...once(),
      replaces: null,
      name: 'Счастливый час',
      beverage_id: null,
      weekdays: [1, 2, 3, 4, 5],
      from_minute: 5 * 60,
      until_minute: 8 * 60,
      staff_only: false,
      effect: { kind: 'percent', percent_off: 20 },
      reason: 'Новая акция',
    });
  }

  async switchTap(number: number, status: 'selling' | 'disabled'): Promise<void> {
    await this.engineer.taps.setStatus.mutate({
      ...once(),
      tap_id: this.tap(number),
      status,
      reason: 'Пена',
    });
  }

  async #setPrinter(
    values: { target: 'network'; host: string; port: number } | { target: 'none' },
  ): Promise<void> {
    await this.engineer.settings.set.mutate({ ...once(), reason: 'Принтер', section: 'printer', values });
  }

  /** Nobody listens at its port. */
  async breakPrinter(): Promise<void> {
    await this.#setPrinter({ target: 'network', host: '127.0.0.1', port: 1 });
    await this.engineer.receipts.print.mutate({ ...once(), document: { kind: 'trial' } });
  }

  async takePrinterAway(): Promise<void> {
    const { jobs } = await this.engineer.receipts.state.query();
    for (const { job_id, state } of jobs)
      if (state === 'waiting') await this.engineer.receipts.cancel.mutate({ ...once(), job_id });
    await this.#setPrinter({ target: 'none' });
  }

  askToPair(): Promise<void> {
    return askToPair(this.till, 'Кран у входа');
  }

  /** What a reader at the till would say. */
  async layAtTill(uid: string): Promise<void> {
    const reader = 'ACR1252U';
    await this.station.station.report.mutate({ type: 'card.scanned', uid, reader });
    await this.station.station.report.mutate({ type: 'card.removed', uid, reader });
  }

  async lostCard(): Promise<string> {
    const lost = await this.engineer.cards.lost.query();
    return lost.find(({ found_at }) => found_at === null)?.card_uid ?? '';
  }

  /** Where the tap's meter says something else than was entered. */
  async disputedPour(): Promise<number> {
    const open = await this.engineer.reviews.list.query({ state: 'open' });
    return open.find(({ kind }) => kind === 'late_sync_mismatch')?.review_id ?? 0;
  }

  freeCard(): string {
    this.#given += 1;
    return DEMO_FREE_CARDS[this.#given] ?? '';
  }

  /** Somebody new, without a card. */
  async someoneWithoutCard(): Promise<number> {
    const guest = { name: 'Вера Новикова', age_confirmed: true };
    const { visit_id } = await this.engineer.visits.open.mutate({ ...once(), guest });
    return visit_id;
  }

  /** Nothing is left that keeps the shift open. */
  async everybodyLeaves(): Promise<void> {
    await this.endPour();
    const { visit_id } = this.of('Дмитрий Сомов');
    for (const { grant_id, short_id } of (await this.visit('Дмитрий Сомов')).unsettled)
      await this.engineer.pours.reconcile.mutate({
        ...once(),
        visit_id,
        grant_id,
        short_id,
        ml: 400,
        reason: 'Кран не прислал объём',
      });
    await this.closeAllVisits();
    for (const node of this.nodes) await node.beat();
    this.nodes[2]?.keepBeating();
  }

  async close(): Promise<void> {
    for (const node of this.nodes) await node.close();
  }
}

/** The demo bar must be loaded. */
export async function furnishEvening(
  till: TillAddress & { stationToken: string },
  dataDir: string,
): Promise<Evening> {
  const { operators } = await tillClient(till.url).session.operators.query();
  const operator_id = operators.find(({ role }) => role === 'engineer')?.id ?? 0;
  const engineer = await signIn(till.url, operator_id, ENGINEER_PIN);
  const { ownerUrl } = await startCluster({ dataDir });
  const sequelize = openDatabase({ url: ownerUrl, pool: { max: 1 } });
  const deps = aDeps({ sequelize });
  const evening = new Evening({
    till,
    engineer,
    station: tillClient(till.url, { token: till.stationToken }),
    approval: { operator_id, pin: ENGINEER_PIN },
    endLease: (grant_id) => endLease(deps, grant_id),
  });
  try {
    await evening.connectTaps();
    await evening.firstEvening();
    await evening.secondEvening();
  } finally {
    await sequelize.close();
  }
  return evening;
}
