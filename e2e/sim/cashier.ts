import { isDeepStrictEqual } from 'node:util';
import { DomainError } from '#domain/errors';
import { query } from '#server/db/query';
import type { Actor, Deps } from '#server/services/support/deps';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import { TillDown } from './simTill.ts';
import type { SimTill } from './simTill.ts';
import type { Truth } from './truth.ts';

export type ShownVisit = {
  visit_id: number;
  version: number;
  guest_id: number;
  balance_minor: number;
  uid: string | null;
  locked: boolean;
};
export type ShownGrant = {
  grant_id: string;
  visit_id: number;
  short_id: string;
  limit_ml: number;
  lease_over: boolean;
  tap_id: number;
};

/** The people behind the bar: they act on what the till shows them, sometimes twice, and live with what it refuses. */
export class Cashier {
  readonly till: SimTill;
  readonly dice: Dice;
  readonly history: History;
  readonly truth: Truth;
  readonly actor: Actor;
  readonly lead: Actor;

  constructor(options: {
    till: SimTill;
    dice: Dice;
    history: History;
    truth: Truth;
    actor: Actor;
    lead: Actor;
  }) {
    ({ till: this.till, dice: this.dice, history: this.history } = options);
    ({ truth: this.truth, actor: this.actor, lead: this.lead } = options);
  }

  get approver() {
    return { operator_id: this.lead.operator_id, role: this.lead.role };
  }

  /** Null: refused, or the till is off. A command that is sent twice must be answered twice the same. */
  async does<Answer extends object>(
    name: string,
    work: (deps: Deps) => Promise<Answer>,
  ): Promise<Answer | null> {
    const { history, dice, till } = this;
    const again = dice.chance(0.1);
    try {
      const answer = await till.act(work);
      history.note(`cashier ${name}`, answer as Record<string, unknown>);
      history.count(name);
      if (again) await this.#sameAgain(name, work, answer);
      return answer;
    } catch (problem) {
      this.#refused(name, problem);
      return null;
    }
  }

  async #sameAgain<Answer>(
    name: string,
    work: (deps: Deps) => Promise<Answer>,
    first: Answer,
  ): Promise<void> {
    const second = await this.till.act(work);
    if (!isDeepStrictEqual(first, second))
      this.history.violate('the same command was answered otherwise', { name, first, second });
  }

  #refused(name: string, problem: unknown): void {
    const { history } = this;
    if (problem instanceof TillDown) return history.note(`cashier ${name}: the till is off`);
    if (!(problem instanceof DomainError))
      return history.violate('a command failed', { name, problem: String(problem) });
    history.note(`cashier ${name} refused`, { code: problem.code });
    history.count(`refused ${problem.code}`);
  }

  /** What stands on the screen; nothing while the till is off. */
  async sees<Row extends object>(sql: string, bind: readonly unknown[] = []): Promise<Row[]> {
    try {
      return await this.till.act((deps) => query<Row>(deps.sequelize, sql, bind));
    } catch (problem) {
      if (problem instanceof TillDown) return [];
      throw problem;
    }
  }

  visits(): Promise<ShownVisit[]> {
    return this.sees<ShownVisit>(
      `SELECT v.id AS visit_id, v.version, v.guest_id, a.balance_minor, c.uid, v.active_tap_id IS NOT NULL AS locked
       FROM visits v JOIN guest_accounts a ON a.guest_id = v.guest_id
       LEFT JOIN visit_cards vc ON vc.visit_id = v.id AND vc.ended_at IS NULL LEFT JOIN cards c ON c.id = vc.card_id
       WHERE v.state = 'active' ORDER BY v.id`,
    );
  }

  unsettled(): Promise<ShownGrant[]> {
    return this.sees<ShownGrant>(
      `SELECT id AS grant_id, visit_id, short_id, limit_ml, lease_over, tap_id FROM grants
       WHERE state IN ('open', 'orphaned') ORDER BY created_at, id`,
    );
  }

  once(): { request_id: string } {
    return { request_id: this.dice.uuid() };
  }
}
