import { createTapInput, emergencyStopAnswer, emergencyStopInput, tapWire } from '#domain/protocol/equipment';
import { notYet } from '#server/api/notYet';
import { shiftLeadProcedure, tillRouterOf, windowProcedure } from '#server/api/tillProcedures';

export const tapsRouter = tillRouterOf({
  create: shiftLeadProcedure.input(createTapInput).output(tapWire).mutation(notYet),
  /** Whoever stands at the till may stop every tap; ending it needs a shift lead. */
  emergencyStop: windowProcedure.input(emergencyStopInput).output(emergencyStopAnswer).mutation(notYet),
  endEmergencyStop: shiftLeadProcedure.input(emergencyStopInput).output(emergencyStopAnswer).mutation(notYet),
});
