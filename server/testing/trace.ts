import { randomUUID } from 'node:crypto';
import type { AuthoriseInput, GrantWire, NodeCommand, PourReport } from '#domain/protocol/node';
import { query } from '../db/query.ts';
import { authorisePour } from '../services/authorisePour.ts';
import { closeShift } from '../services/closeShift.ts';
import { closeVisit } from '../services/closeVisit.ts';
import { endLease } from '../services/endLease.ts';
import { forceUnlock } from '../services/forceUnlock.ts';
import { helloNode } from '../services/helloNode.ts';
import { reconcilePour } from '../services/reconcilePour.ts';
import { refund } from '../services/refund.ts';
import { settleReport } from '../services/settleReport.ts';
import type { Actor } from '../services/support/deps.ts';
import { verifyBooks } from '../services/verifyBooks.ts';
import { aBar, anOperator, aTap } from './builders.ts';
import type { Bar, BuiltTap } from './builders.ts';
import { ALL_HEARD, aReport, aScene, asking, BOOT, granted, JOURNAL, look, refusedWith } from './pours.ts';
import type { Scene, Snapshot } from './pours.ts';
import type { TestDatabase } from './testDatabase.ts';

/** One unit of the traces: limit 2, balance 3, price 1. */
export const UNIT = { ml: 500, minor: 15_000 };
export const ml = (units: number): number => units * UNIT.ml;
export const minors = (units: number): number => units * UNIT.minor;

/** A guest with three units before two taps that give two units at a time, and everything that a trace does. */
export class Trace {
  readonly bar: Bar;
  readonly lead: Actor;
  readonly scene: Scene;
  /** tap 0 and tap 1 */
  readonly taps: readonly [BuiltTap, BuiltTap];
  readonly pushed: NodeCommand[];
  #seq = 0;

  private constructor(of: Pick<Trace, 'bar' | 'lead' | 'scene' | 'taps' | 'pushed'>) {
    this.bar = of.bar;
    this.lead = of.lead;
    this.scene = of.scene;
    this.taps = of.taps;
    this.pushed = of.pushed;
  }

  static async begin(db: TestDatabase): Promise<Trace> {
    const pushed: NodeCommand[] = [];
    const bar = await aBar(db, { push: (_, command) => void pushed.push(command) });
    await query(db.owner, `UPDATE settings SET value = value || $1::jsonb WHERE key = 'pour'`, [
      JSON.stringify({ max_pour_ml: ml(2), daily_limit_ml: 100_000 }),
    ]);
    const scene = await aScene(bar, { balance: minors(3) });
    const taps = [scene.tap, await aTap(bar)] as const;
    return new Trace({ bar, scene, taps, pushed, lead: await anOperator(bar, { role: 'shift_lead' }) });
  }

  get visit_id(): number {
    return this.scene.visit.visit_id;
  }

  asked(tap: 0 | 1, change: Partial<AuthoriseInput> = {}): AuthoriseInput {
    return asking({ visit: this.scene.visit, tap: this.taps[tap] }, change);
  }
  #authorise(tap: 0 | 1, input: AuthoriseInput) {
    return authorisePour(this.bar.deps, this.taps[tap], input);
  }
  grant(tap: 0 | 1, input = this.asked(tap)): Promise<GrantWire> {
    return granted(this.#authorise(tap, input));
  }
  /** The code of the refusal, or `granted`. */
  answer(tap: 0 | 1, input = this.asked(tap)): Promise<string> {
    return refusedWith(this.#authorise(tap, input));
  }

  /** The meter's report of so many units; `seq` goes on. */
  async settle(
    tap: 0 | 1,
    grant: GrantWire,
    units: number,
    change: Partial<PourReport> = {},
  ): Promise<string> {
    const report = aReport(grant, { metered_ml: ml(units), seq: (this.#seq += 1), ...change });
    return (await settleReport(this.bar.deps, this.taps[tap], report)).verdict;
  }

  async onVisit(): Promise<{ request_id: string; visit_id: number; expected_version: number }> {
    const { version } = await this.bar.models.Visit.findByPk(this.visit_id, { rejectOnEmpty: true });
    return { request_id: randomUUID(), visit_id: this.visit_id, expected_version: version };
  }
  async forceUnlock() {
    return forceUnlock(this.bar.deps, this.bar.actor, { ...(await this.onVisit()), reason: 'завис' }, 0);
  }
  async leaseOver({ grant_id }: GrantWire): Promise<void> {
    this.bar.clock.advance(141_000);
    await endLease(this.bar.deps, grant_id);
  }
  /** `short_id` null: no code visible, a shift lead answers for it. */
  reconcile(grant: GrantWire, units: number, short_id: string | null = grant.short_id) {
    const { operator_id, role } = this.lead;
    return reconcilePour(this.bar.deps, this.bar.actor, {
      request_id: randomUUID(),
      visit_id: this.visit_id,
      grant_id: grant.grant_id,
      ml: ml(units),
      short_id,
      reason: 'кран молчит',
      approver: short_id === null ? { operator_id, role } : null,
    });
  }
  async refund(units: number) {
    const command = { ...(await this.onVisit()), amount_minor: minors(units), method: 'cash' as const };
    return refund(this.bar.deps, this.lead, { ...command, reason: 'просит' });
  }
  async closeVisit() {
    return closeVisit(this.bar.deps, this.lead, {
      ...(await this.onVisit()),
      reason: 'уходит',
      card_returned: true,
      remainder: 'refund',
      method: 'cash',
    });
  }
  /** `silent`: taps that do not answer, each waived by a shift lead's PIN; the others have nothing to send. */
  closeShift(silent: readonly BuiltTap[] = []) {
    const { operator_id, role } = this.lead;
    const live = {
      tap: (tap_id: number) =>
        silent.some((tap) => tap.tap_id === tap_id) ? undefined : ALL_HEARD.tap(tap_id),
    };
    return closeShift({ ...this.bar.deps, live }, this.lead, {
      request_id: randomUUID(),
      counted_cash_minor: 0,
      reason: 'пересчитано',
      waivers: silent.map(({ number }) => ({ tap_number: number, reason: 'разбит' })),
      approver: { operator_id, role },
    });
  }
  hello(tap: 0 | 1, change: { boot_id?: string; journal_id?: string; seq_high?: number } = {}) {
    const { seq_high = 0, ...rest } = change;
    return helloNode(this.bar.deps, this.taps[tap], {
      protocol_version: 1,
      software: 'tap',
      boot_id: BOOT,
      journal_id: JOURNAL,
      journalled: [],
      taps: [{ tap_id: this.taps[tap].tap_id, seq_high, meter_total_ml: 0 }],
      ...rest,
    });
  }

  /** What stands, seen from this grant (or attempt) at this tap. */
  look(of: Pick<GrantWire, 'client_tx_id'>, tap: 0 | 1 = 0): Promise<Snapshot> {
    return look({ ...this.scene, tap: this.taps[tap] }, of.client_tx_id);
  }
  async booksBroken(): Promise<unknown[]> {
    return [...(await verifyBooks(this.bar.deps)).broken];
  }
}
