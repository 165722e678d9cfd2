import { z } from 'zod';
import { setupAnswer } from '#domain/protocol/access';
import { setupInput } from '#domain/protocol/till';
import { publicProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { firstRun } from '#server/services/firstRun';
import { loadDemo } from '#server/services/loadDemo';

export const setupRouter = tillRouterOf({
  firstRun: publicProcedure
    .input(setupInput.strict())
    .output(setupAnswer)
    .mutation(({ ctx, input }) => firstRun(ctx.app.deps, input)),
  loadDemo: publicProcedure
    .input(z.void())
    .output(setupAnswer)
    .mutation(({ ctx }) => loadDemo(ctx.app.deps)),
});
