import { z } from 'zod';
import { nothing } from '#domain/protocol/access';
import {
  byShift,
  cashSessionWire,
  closeShiftInput,
  handOverAnswer,
  handOverInput,
  moveCashAnswer,
  moveCashInput,
  openShiftInput,
  shiftClosedWire,
  shiftReports as shiftReportsWire,
  shiftRow,
  shiftsListInput,
  takeXInput,
  xReportWire,
  zCsvAnswer,
} from '#domain/protocol/shift';
import { precheckWire, shiftWire } from '#domain/protocol/till';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { currentDrawer, shiftList, shiftReports, xNow, zFile } from '#server/queries/shiftReports';
import { closeShift } from '#server/services/closeShift';
import { handOverCash } from '#server/services/handOverCash';
import { moveCash } from '#server/services/moveCash';
import { openShift } from '#server/services/openShift';
import { precheckShift } from '#server/services/precheckShift';
import { approverOf, takerOf } from '#server/services/support/approval';
import { takeX } from '#server/services/takeX';

export const shiftsRouter = tillRouterOf({
  open: shiftLeadProcedure
    .input(openShiftInput)
    .output(shiftWire)
    .mutation(({ ctx, input }) => openShift(ctx.app.deps, ctx.operator, input)),
  precheck: cashierProcedure
    .input(nothing)
    .output(precheckWire)
    .query(({ ctx }) => precheckShift(ctx.app.deps)),
  close: shiftLeadProcedure
    .input(closeShiftInput)
    .output(shiftClosedWire)
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const { deps } = ctx.app;
      return closeShift(deps, ctx.operator, { ...input, approver: await approverOf(deps, approval) });
    }),
  list: shiftLeadProcedure
    .input(shiftsListInput)
    .output(z.array(shiftRow))
    .query(({ ctx, input }) => shiftList(ctx.app.deps.sequelize, input)),
  reports: shiftLeadProcedure
    .input(byShift)
    .output(shiftReportsWire)
    .query(({ ctx, input }) => shiftReports(ctx.app.deps.sequelize, input.shift_id)),
  zCsv: shiftLeadProcedure
    .input(byShift)
    .output(zCsvAnswer)
    .query(({ ctx, input }) => zFile(ctx.app.deps.sequelize, input.shift_id)),
  x: shiftLeadProcedure
    .input(nothing)
    .output(xReportWire)
    .query(({ ctx: { app, operator } }) =>
      xNow(app.deps.sequelize, { operator_id: operator.operator_id, now: app.deps.clock.now() }),
    ),
  takeX: shiftLeadProcedure
    .input(takeXInput)
    .output(xReportWire)
    .mutation(({ ctx, input }) => takeX(ctx.app.deps, ctx.operator, input)),
});

/** The drawer inside the shift. */
export const cashRouter = tillRouterOf({
  current: cashierProcedure
    .input(nothing)
    .output(cashSessionWire.nullable())
    .query(({ ctx: { app, operator } }) => currentDrawer(app.deps.sequelize, operator.till_id)),
  handOver: cashierProcedure
    .input(handOverInput)
    .output(handOverAnswer)
    .mutation(async ({ ctx, input: { to, ...input } }) => {
      const { deps } = ctx.app;
      return handOverCash(deps, ctx.operator, { ...input, taker: await takerOf(deps, to) });
    }),
  move: cashierProcedure
    .input(moveCashInput)
    .output(moveCashAnswer)
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const { deps } = ctx.app;
      return moveCash(deps, ctx.operator, { ...input, approver: await approverOf(deps, approval) });
    }),
});
