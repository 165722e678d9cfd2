import { byVisit, replaceCardInput, searchInput } from '#domain/protocol/equipment';
import {
  closeVisitInput,
  forceUnlockInput,
  issueCardInput,
  openVisitInput,
  refundInput,
  reportLostInput,
  searchAnswer,
  topUpInput,
  visitWire,
} from '#domain/protocol/till';
import { notYet } from '#server/api/notYet';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const visitsRouter = tillRouterOf({
  get: cashierProcedure.input(byVisit).output(visitWire).query(notYet),
  search: cashierProcedure.input(searchInput).output(searchAnswer).query(notYet),
  open: cashierProcedure.input(openVisitInput).output(visitWire).mutation(notYet),
  issueCard: cashierProcedure.input(issueCardInput).output(visitWire).mutation(notYet),
  replaceCard: cashierProcedure.input(replaceCardInput).output(visitWire).mutation(notYet),
  reportLost: cashierProcedure.input(reportLostInput).output(visitWire).mutation(notYet),
  topUp: cashierProcedure.input(topUpInput).output(visitWire).mutation(notYet),
  refund: cashierProcedure.input(refundInput).output(visitWire).mutation(notYet),
  forceUnlock: cashierProcedure.input(forceUnlockInput).output(visitWire).mutation(notYet),
  close: cashierProcedure.input(closeVisitInput).output(visitWire).mutation(notYet),
});
