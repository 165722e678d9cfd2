import { z } from 'zod';
import { nothing } from '#domain/protocol/access';
import {
  cancelPrintInput,
  guestDocument,
  moneyRow,
  openDrawerInput,
  printerStateWire,
  printGuestInput,
  printShiftInput,
  receiptPicture as receiptPictureWire,
  shiftDocument,
} from '#domain/protocol/receipts';
import { id } from '#domain/protocol/till';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { printerState } from '#server/queries/printer';
import { moneyOfVisit } from '#server/queries/receiptFacts';
import { cancelPrint, openDrawer, printDocument, receiptPicture } from '#server/services/printDocument';

const queued = z.object({ job_id: id });

/** A cashier's are guests' documents; the shift's are a shift lead's. */
export const receiptsRouter = tillRouterOf({
  moneyOf: cashierProcedure
    .input(z.strictObject({ visit_id: id }))
    .output(z.array(moneyRow))
    .query(({ ctx, input }) => moneyOfVisit(ctx.app.deps.sequelize, input.visit_id)),
  preview: cashierProcedure
    .input(guestDocument)
    .output(receiptPictureWire)
    .query(({ ctx, input }) => receiptPicture(ctx.app.deps, input)),
  previewShift: shiftLeadProcedure
    .input(shiftDocument)
    .output(receiptPictureWire)
    .query(({ ctx, input }) => receiptPicture(ctx.app.deps, input)),
  print: cashierProcedure
    .input(printGuestInput)
    .output(queued)
    .mutation(({ ctx, input }) => printDocument(ctx.app.deps, ctx.operator, input)),
  printShift: shiftLeadProcedure
    .input(printShiftInput)
    .output(queued)
    .mutation(({ ctx, input }) => printDocument(ctx.app.deps, ctx.operator, input)),
  openDrawer: cashierProcedure
    .input(openDrawerInput)
    .output(queued)
    .mutation(({ ctx, input }) => openDrawer(ctx.app.deps, ctx.operator, input)),
  cancel: cashierProcedure
    .input(cancelPrintInput)
    .output(z.object({ cancelled: z.boolean() }))
    .mutation(({ ctx, input }) => cancelPrint(ctx.app.deps, ctx.operator, input)),
  state: cashierProcedure
    .input(nothing)
    .output(printerStateWire)
    .query(({ ctx }) => printerState(ctx.app.deps.sequelize)),
});
