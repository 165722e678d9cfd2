import { posRecentAnswer, posRecentInput } from '#domain/protocol/pos';
import { shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { posRecent } from '#server/queries/posRecent';

export const posRouter = tillRouterOf({
  recent: shiftLeadProcedure
    .input(posRecentInput)
    .output(posRecentAnswer)
    .query(({ ctx, input }) => posRecent(ctx.app.deps.sequelize, input)),
});
