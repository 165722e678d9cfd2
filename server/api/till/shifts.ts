import { z } from 'zod';
import { closeShiftInput, openShiftInput, shiftClosedWire } from '#domain/protocol/equipment';
import { precheckWire, shiftWire } from '#domain/protocol/till';
import { notYet } from '#server/api/notYet';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const shiftsRouter = tillRouterOf({
  open: shiftLeadProcedure.input(openShiftInput).output(shiftWire).mutation(notYet),
  precheck: cashierProcedure.input(z.void()).output(precheckWire).query(notYet),
  close: shiftLeadProcedure.input(closeShiftInput).output(shiftClosedWire).mutation(notYet),
});
