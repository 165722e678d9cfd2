import { DomainError } from '#domain/errors';
import { nothing, setupAnswer } from '#domain/protocol/access';
import { recoverAnswer, recoverInput } from '#domain/protocol/staff';
import { setupInput } from '#domain/protocol/till';
import { publicProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { loadDemoBar } from '#server/demo/loadDemoBar';
import { hashPin } from '#server/security/pin';
import { firstRun } from '#server/services/firstRun';
import { recoverEngineer } from '#server/services/recoverEngineer';

/** For anybody at this computer, and only while the bar has no operator. */
export const setupRouter = tillRouterOf({
  firstRun: publicProcedure
    .input(setupInput.strict())
    .output(setupAnswer)
    .mutation(({ ctx, input }) => firstRun(ctx.app.deps, input)),
  /** The way in when the last engineer's PIN is lost. Anybody may try, slowly. */
  recover: publicProcedure
    .input(recoverInput)
    .output(recoverAnswer)
    .mutation(({ ctx: { app }, input }) => {
      const retry_after_s = app.recoveryTries.take('till');
      if (retry_after_s > 0) throw new DomainError('request.too_many', { retry_after_s });
      return recoverEngineer(app.deps, input);
    }),
  loadDemo: publicProcedure
    .input(nothing)
    .output(setupAnswer)
    .mutation(async ({ ctx }) => {
      const { says } = await loadDemoBar(ctx.app.deps, { hashPin });
      return { recovery_code: null, session: null, note: says };
    }),
});
