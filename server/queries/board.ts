import type { BoardWire } from '#domain/protocol/till';
import { queryOne } from '../db/query.ts';
import type { Deps } from '../services/support/deps.ts';
import { readSettings } from '../services/support/settings.ts';
import { openShiftWire } from './shift.ts';
import { tapRows } from './tapRows.ts';
import { activeVisitRows } from './visitRows.ts';

/** The whole first screen in a handful of queries, whatever the number of visits and taps. The reader's state is the api's. */
export async function board(
  deps: Pick<Deps, 'sequelize' | 'live' | 'clock'>,
  reader: BoardWire['reader'],
): Promise<BoardWire> {
  const { sequelize } = deps;
  const [settings, shift, visits, taps, reviews] = await Promise.all([
    readSettings(sequelize),
    openShiftWire(sequelize, deps.clock.now()),
    activeVisitRows(sequelize),
    tapRows(deps),
    queryOne<{ open: number }>(sequelize, `SELECT count(*) AS open FROM review_items WHERE state = 'open'`),
  ]);
  return {
    bar: { ...settings.bar, cash_step_minor: settings.till.cash_step_minor },
    incarnation: settings.incarnation,
    server_time: deps.clock.now().toISOString(),
    shift,
    visits,
    taps,
    open_reviews: reviews.open,
    emergency_stop: settings.emergency_stop,
    reader,
  };
}
