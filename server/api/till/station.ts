import { done } from '#domain/protocol/access';
import { stationReport } from '#domain/protocol/equipment';
import { stationProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const stationRouter = tillRouterOf({
  report: stationProcedure
    .input(stationReport)
    .output(done)
    .mutation(({ ctx, input }) => {
      ctx.app.live.station(input);
      return { done: true as const };
    }),
});
