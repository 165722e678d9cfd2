import { reportInput, reportWire } from '#domain/protocol/reports';
import { shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { report } from '#server/queries/report';

/** The bar's money over a time is a shift lead's to see, as X and Z are. */
export const reportsRouter = tillRouterOf({
  get: shiftLeadProcedure
    .input(reportInput)
    .output(reportWire)
    .query(({ ctx, input }) => report(ctx.app.deps, input)),
});
