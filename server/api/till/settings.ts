import { z } from 'zod';
import { nothing } from '#domain/protocol/access';
import { flagRow, setFlagInput, setSettingsInput, settingsWire } from '#domain/protocol/settings';
import { cashierProcedure, engineerProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { flagList } from '#server/queries/flags';
import { settingsOf } from '#server/queries/settings';
import { setFlag } from '#server/services/setFlag';
import { setSettings } from '#server/services/setSettings';

export const flagsRouter = tillRouterOf({
  list: cashierProcedure
    .input(nothing)
    .output(z.array(flagRow))
    .query(({ ctx: { app } }) => flagList(app.deps.sequelize, app.deps.flag_overrides)),
  set: engineerProcedure
    .input(setFlagInput)
    .output(z.array(flagRow))
    .mutation(({ ctx, input }) => setFlag(ctx.app.deps, ctx.operator, input)),
});

export const settingsRouter = tillRouterOf({
  get: cashierProcedure
    .input(nothing)
    .output(settingsWire)
    .query(({ ctx }) => settingsOf(ctx.app.deps.sequelize)),
  set: engineerProcedure
    .input(setSettingsInput)
    .output(settingsWire)
    .mutation(({ ctx, input }) => setSettings(ctx.app.deps, ctx.operator, input)),
});
