import { z } from 'zod';
import { done, meAnswer, operatorsAnswer, signInInput } from '#domain/protocol/access';
import { sessionWire } from '#domain/protocol/till';
import { notYet } from '#server/api/notYet';
import { cashierProcedure, publicProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const sessionRouter = tillRouterOf({
  operators: publicProcedure.input(z.void()).output(operatorsAnswer).query(notYet),
  signIn: publicProcedure.input(signInInput).output(sessionWire).mutation(notYet),
  signOut: cashierProcedure.input(z.void()).output(done).mutation(notYet),
  me: cashierProcedure.input(z.void()).output(meAnswer).query(notYet),
});
