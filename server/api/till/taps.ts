import { z } from 'zod';
import { nothing } from '#domain/protocol/access';
import { createTapInput, emergencyStopAnswer, emergencyStopInput, tapWire } from '#domain/protocol/equipment';
import {
  byTap,
  calibrateInput,
  calibrationWire,
  cleaningWire,
  endCleaningInput,
  resetTapInput,
  setTapStatusInput,
  startCleaningInput,
  stopStateWire,
  tapMeterWire,
  tapStatusWire,
} from '#domain/protocol/taps';
import {
  cashierProcedure,
  engineerProcedure,
  shiftLeadProcedure,
  tillRouterOf,
  windowProcedure,
} from '#server/api/tillProcedures';
import { calibrationsOf } from '#server/queries/calibrations';
import { cleaningsOf } from '#server/queries/cleanings';
import { emergencyStopState } from '#server/queries/stopState';
import { tapMeter } from '#server/queries/tapMeter';
import { calibrateTap } from '#server/services/calibrateTap';
import { createTap } from '#server/services/createTap';
import { endCleaning } from '#server/services/endCleaning';
import { resetTap } from '#server/services/resetTap';
import { setEmergencyStop } from '#server/services/setEmergencyStop';
import { setTapStatus } from '#server/services/setTapStatus';
import { startCleaning } from '#server/services/startCleaning';

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
  /** Which taps have said that they are shut; whoever may stop them may see it. */
  stopState: windowProcedure
    .input(nothing)
    .output(stopStateWire)
    .query(({ ctx }) => emergencyStopState(ctx.app.deps)),
  startCleaning: cashierProcedure
    .input(startCleaningInput)
    .output(cleaningWire)
    .mutation(({ ctx, input }) => startCleaning(ctx.app.deps, ctx.operator, input)),
  endCleaning: cashierProcedure
    .input(endCleaningInput)
    .output(cleaningWire)
    .mutation(({ ctx, input }) => endCleaning(ctx.app.deps, ctx.operator, input)),
  cleanings: cashierProcedure
    .input(byTap)
    .output(z.array(cleaningWire))
    .query(({ ctx, input }) => cleaningsOf(ctx.app.deps.sequelize, input.tap_id)),
  /** A tap that foams or drips is switched off by whoever sees it. */
  setStatus: cashierProcedure
    .input(setTapStatusInput)
    .output(tapStatusWire)
    .mutation(({ ctx, input }) => setTapStatus(ctx.app.deps, ctx.operator, input)),
  reset: cashierProcedure
    .input(resetTapInput)
    .output(tapStatusWire)
    .mutation(({ ctx, input }) => resetTap(ctx.app.deps, ctx.operator, input)),
  calibrate: engineerProcedure
    .input(calibrateInput)
    .output(calibrationWire)
    .mutation(({ ctx, input }) => calibrateTap(ctx.app.deps, ctx.operator, input)),
  meter: engineerProcedure
    .input(byTap)
    .output(tapMeterWire)
    .query(({ ctx, input }) => tapMeter(ctx.app.deps, input.tap_id)),
  calibrations: cashierProcedure
    .input(byTap)
    .output(z.array(calibrationWire))
    .query(({ ctx, input }) => calibrationsOf(ctx.app.deps.sequelize, input.tap_id)),
});
