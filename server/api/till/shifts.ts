import { z } from 'zod';
import { closeShiftInput, openShiftInput, shiftClosedWire } from '#domain/protocol/equipment';
import { precheckWire, shiftWire } from '#domain/protocol/till';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { closeShift } from '#server/services/closeShift';
import { openShift } from '#server/services/openShift';
import { precheckShift } from '#server/services/precheckShift';

export const shiftsRouter = tillRouterOf({
  open: shiftLeadProcedure
    .input(openShiftInput)
    .output(shiftWire)
    .mutation(({ ctx, input }) => openShift(ctx.app.deps, ctx.operator, input)),
  precheck: cashierProcedure
    .input(z.void())
    .output(precheckWire)
    .query(({ ctx }) => precheckShift(ctx.app.deps)),
  close: shiftLeadProcedure
    .input(closeShiftInput)
    .output(shiftClosedWire)
    .mutation(({ ctx, input }) => closeShift(ctx.app.deps, ctx.operator, input)),
});
