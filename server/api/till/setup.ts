import { nothing, setupAnswer } from '#domain/protocol/access';
import { setupInput } from '#domain/protocol/till';
import { publicProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { loadDemoBar } from '#server/demo/loadDemoBar';
import { hashPin } from '#server/security/pin';
import { firstRun } from '#server/services/firstRun';

/** For anybody at this computer, and only while the bar has no operator. */
export const setupRouter = tillRouterOf({
  firstRun: publicProcedure
    .input(setupInput.strict())
    .output(setupAnswer)
    .mutation(({ ctx, input }) => firstRun(ctx.app.deps, input)),
  loadDemo: publicProcedure
    .input(nothing)
    .output(setupAnswer)
    .mutation(async ({ ctx }) => {
      const { says } = await loadDemoBar(ctx.app.deps, { hashPin });
      return { recovery_code: null, session: null, note: says };
    }),
});
