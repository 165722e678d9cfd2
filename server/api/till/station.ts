import { done } from '#domain/protocol/access';
import { stationReport } from '#domain/protocol/equipment';
import { notYet } from '#server/api/notYet';
import { stationProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const stationRouter = tillRouterOf({
  report: stationProcedure.input(stationReport).output(done).mutation(notYet),
});
