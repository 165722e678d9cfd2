import { z } from 'zod';
import { nothing } from '#domain/protocol/access';
import { beverageWire, createBeverageInput } from '#domain/protocol/equipment';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { beverageList } from '#server/queries/kegs';
import { createBeverage } from '#server/services/createBeverage';

export const beveragesRouter = tillRouterOf({
  list: cashierProcedure
    .input(nothing)
    .output(z.array(beverageWire))
    .query(({ ctx }) => beverageList(ctx.app.deps.sequelize)),
  create: shiftLeadProcedure
    .input(createBeverageInput)
    .output(beverageWire)
    .mutation(({ ctx, input }) => createBeverage(ctx.app.deps, ctx.operator, input)),
});
