import { z } from 'zod';
import { nothing } from '#domain/protocol/access';
import { kegWire, putKegOnTapInput, receiveKegInput } from '#domain/protocol/equipment';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { kegList } from '#server/queries/kegs';
import { putKegOnTap } from '#server/services/putKegOnTap';
import { receiveKeg } from '#server/services/receiveKeg';

export const kegsRouter = tillRouterOf({
  list: cashierProcedure
    .input(nothing)
    .output(z.array(kegWire))
    .query(({ ctx }) => kegList(ctx.app.deps.sequelize)),
  receive: cashierProcedure
    .input(receiveKegInput)
    .output(kegWire)
    .mutation(({ ctx, input }) => receiveKeg(ctx.app.deps, ctx.operator, input)),
  putOnTap: cashierProcedure
    .input(putKegOnTapInput)
    .output(kegWire)
    .mutation(({ ctx, input }) => putKegOnTap(ctx.app.deps, ctx.operator, input)),
});
