import { z } from 'zod';
import { auditListInput, auditRow, eventListInput, eventRow } from '#domain/protocol/trail';
import { shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { auditList, eventList } from '#server/queries/trail';

export const auditRouter = tillRouterOf({
  list: shiftLeadProcedure
    .input(auditListInput)
    .output(z.array(auditRow))
    .query(({ ctx, input }) => auditList(ctx.app.deps.sequelize, input)),
  events: shiftLeadProcedure
    .input(eventListInput)
    .output(z.array(eventRow))
    .query(({ ctx, input }) => eventList(ctx.app.deps.sequelize, input)),
});
