import { createTapInput, emergencyStopAnswer, emergencyStopInput, tapWire } from '#domain/protocol/equipment';
import { shiftLeadProcedure, tillRouterOf, windowProcedure } from '#server/api/tillProcedures';
import { createTap } from '#server/services/createTap';
import { setEmergencyStop } from '#server/services/setEmergencyStop';

export const tapsRouter = tillRouterOf({
  create: shiftLeadProcedure
    .input(createTapInput)
    .output(tapWire)
    .mutation(({ ctx, input }) => createTap(ctx.app.deps, ctx.operator, input)),
  /** Whoever stands at the till may stop every tap; ending it needs a shift lead. */
  emergencyStop: windowProcedure
    .input(emergencyStopInput)
    .output(emergencyStopAnswer)
    .mutation(({ ctx, input }) => setEmergencyStop(ctx.app.deps, ctx.operator, { on: true, ...input })),
  endEmergencyStop: shiftLeadProcedure
    .input(emergencyStopInput)
    .output(emergencyStopAnswer)
    .mutation(({ ctx, input }) => setEmergencyStop(ctx.app.deps, ctx.operator, { on: false, ...input })),
});
