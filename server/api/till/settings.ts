import { z } from 'zod';
import { nothing } from '#domain/protocol/access';
import { flagRow, setFlagInput, setSettingsInput, settingsWire } from '#domain/protocol/settings';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { flagList } from '#server/queries/flags';
import { settingsOf } from '#server/queries/settings';
import { setFlag } from '#server/services/setFlag';
import { setSettings } from '#server/services/setSettings';
import { approverOf } from '#server/services/support/approval';

export const flagsRouter = tillRouterOf({
  list: cashierProcedure
    .input(nothing)
    .output(z.array(flagRow))
    .query(({ ctx: { app } }) => flagList(app.deps.sequelize, app.deps.flag_overrides)),
  set: shiftLeadProcedure
    .input(setFlagInput)
    .output(z.array(flagRow))
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const { deps } = ctx.app;
      return setFlag(deps, ctx.operator, { ...input, approver: await approverOf(deps, approval) });
    }),
});

export const settingsRouter = tillRouterOf({
  get: cashierProcedure
    .input(nothing)
    .output(settingsWire)
    .query(({ ctx }) => settingsOf(ctx.app.deps.sequelize)),
  set: shiftLeadProcedure
    .input(setSettingsInput)
    .output(settingsWire)
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const { deps } = ctx.app;
      return setSettings(deps, ctx.operator, { ...input, approver: await approverOf(deps, approval) });
    }),
});
