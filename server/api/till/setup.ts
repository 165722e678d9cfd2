import { z } from 'zod';
import { setupAnswer } from '#domain/protocol/access';
import { setupInput } from '#domain/protocol/till';
import { notYet } from '#server/api/notYet';
import { publicProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const setupRouter = tillRouterOf({
  firstRun: publicProcedure.input(setupInput).output(setupAnswer).mutation(notYet),
  loadDemo: publicProcedure.input(z.void()).output(setupAnswer).mutation(notYet),
});
