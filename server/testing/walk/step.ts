import { query } from '../../db/query.ts';
import type { TillCaller, WalkBar } from './walkBar.ts';

/** One step of a walk: what, and the numbers that choose among what there is. */
export type Pick = {
  readonly who: number;
  readonly which: number;
  readonly other: number;
  readonly ml: number;
};
/** Answers `done`, the code of a refusal, or what else it came to; undefined: there was nothing to do it with. */
export type Step = (bar: WalkBar, pick: Pick) => Promise<string | undefined>;

export const at = <T>(items: readonly T[], n: number): T | undefined =>
  items.length === 0 ? undefined : items[n % items.length];

export type ActiveVisit = { visit_id: number; expected_version: number; guest_id: number };
export const activeVisits = (bar: WalkBar): Promise<ActiveVisit[]> =>
  query<ActiveVisit>(
    bar.db.sequelize,
    `SELECT id AS visit_id, version AS expected_version, guest_id FROM visits WHERE state = 'active' ORDER BY id`,
  );

export const rowsOf = <T extends object>(bar: WalkBar, sql: string): Promise<T[]> =>
  query<T>(bar.db.sequelize, sql);

/** The cashier mostly; now and then a shift lead does it. */
export const someone = (bar: WalkBar, { who }: Pick): Promise<TillCaller> =>
  bar.as[who % 3 === 0 ? 'shift_lead' : 'cashier'].till();
export const lead = (bar: WalkBar): Promise<TillCaller> => bar.as.shift_lead.till();
export const engineer = (bar: WalkBar): Promise<TillCaller> => bar.as.engineer.till();

/** Somebody's PIN in place, or nobody's. */
export const maybeApproval = (bar: WalkBar, n: number) => (n % 2 === 0 ? bar.as.shift_lead.approval : null);
