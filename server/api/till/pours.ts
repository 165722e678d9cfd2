import { reconcileInput, visitWire } from '#domain/protocol/till';
import { notYet } from '#server/api/notYet';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const poursRouter = tillRouterOf({
  reconcile: cashierProcedure.input(reconcileInput).output(visitWire).mutation(notYet),
});
