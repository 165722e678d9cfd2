import { z } from 'zod';
import { nothing } from '#domain/protocol/access';
import { kegWire, putKegOnTapInput, receiveKegInput } from '#domain/protocol/equipment';
import {
  changeKegInput,
  correctKegInput,
  kegChangeWire,
  kegCorrectionWire,
  kegSuggestion as suggestion,
  onKegInput,
  setMarkingCodeInput,
  suggestKegInput,
  takeKegOffInput,
} from '#domain/protocol/kegs';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { kegSuggestion } from '#server/queries/kegSuggestion';
import { kegList } from '#server/queries/kegs';
import { changeKeg } from '#server/services/changeKeg';
import { correctKeg } from '#server/services/correctKeg';
import { markKegEmpty } from '#server/services/markKegEmpty';
import { putKegOnTap } from '#server/services/putKegOnTap';
import { receiveKeg } from '#server/services/receiveKeg';
import { returnKeg } from '#server/services/returnKeg';
import { setMarkingCode } from '#server/services/setMarkingCode';
import { takeKegOff } from '#server/services/takeKegOff';

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
  suggest: cashierProcedure
    .input(suggestKegInput)
    .output(suggestion)
    .query(({ ctx, input }) => kegSuggestion(ctx.app.deps.sequelize, input)),
  takeOff: cashierProcedure
    .input(takeKegOffInput)
    .output(kegWire)
    .mutation(({ ctx, input }) => takeKegOff(ctx.app.deps, ctx.operator, input)),
  change: cashierProcedure
    .input(changeKegInput)
    .output(kegChangeWire)
    .mutation(({ ctx, input }) => changeKeg(ctx.app.deps, ctx.operator, input)),
  markEmpty: cashierProcedure
    .input(onKegInput)
    .output(kegWire)
    .mutation(({ ctx, input }) => markKegEmpty(ctx.app.deps, ctx.operator, input)),
  /** The rest of a keg that goes back is written off. */
  markReturned: shiftLeadProcedure
    .input(onKegInput)
    .output(kegWire)
    .mutation(({ ctx, input }) => returnKeg(ctx.app.deps, ctx.operator, input)),
  setMarkingCode: cashierProcedure
    .input(setMarkingCodeInput)
    .output(kegWire)
    .mutation(({ ctx, input }) => setMarkingCode(ctx.app.deps, ctx.operator, input)),
  correct: shiftLeadProcedure
    .input(correctKegInput)
    .output(kegCorrectionWire)
    .mutation(({ ctx, input }) => correctKeg(ctx.app.deps, ctx.operator, input)),
});
