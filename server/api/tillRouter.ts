import { aboutRouter } from '#server/api/till/about';
import { auditRouter } from '#server/api/till/audit';
import { beveragesRouter } from '#server/api/till/beverages';
import { boardRouter } from '#server/api/till/board';
import { cardsRouter } from '#server/api/till/cards';
import { eventsRouter } from '#server/api/till/events';
import { guestsRouter } from '#server/api/till/guests';
import { kegsRouter } from '#server/api/till/kegs';
import { nodesRouter } from '#server/api/till/nodes';
import { posRouter } from '#server/api/till/pos';
import { poursRouter } from '#server/api/till/pours';
import { pricesRouter } from '#server/api/till/prices';
import { receivablesRouter, reviewsRouter } from '#server/api/till/reviews';
import { receiptsRouter } from '#server/api/till/receipts';
import { reportsRouter } from '#server/api/till/reports';
import { sessionRouter } from '#server/api/till/session';
import { flagsRouter, settingsRouter } from '#server/api/till/settings';
import { setupRouter } from '#server/api/till/setup';
import { cashRouter, shiftsRouter } from '#server/api/till/shifts';
import { staffRouter } from '#server/api/till/staff';
import { stationRouter } from '#server/api/till/station';
import { tapsRouter } from '#server/api/till/taps';
import { visitsRouter } from '#server/api/till/visits';
import { tillRouterOf } from '#server/api/tillProcedures';

export const tillRouter = tillRouterOf({
  session: sessionRouter,
  setup: setupRouter,
  board: boardRouter,
  visits: visitsRouter,
  pours: poursRouter,
  reviews: reviewsRouter,
  receivables: receivablesRouter,
  cards: cardsRouter,
  shifts: shiftsRouter,
  cash: cashRouter,
  nodes: nodesRouter,
  kegs: kegsRouter,
  beverages: beveragesRouter,
  prices: pricesRouter,
  taps: tapsRouter,
  events: eventsRouter,
  guests: guestsRouter,
  audit: auditRouter,
  pos: posRouter,
  receipts: receiptsRouter,
  reports: reportsRouter,
  staff: staffRouter,
  flags: flagsRouter,
  settings: settingsRouter,
  station: stationRouter,
  about: aboutRouter,
});

export type TillRouter = typeof tillRouter;
