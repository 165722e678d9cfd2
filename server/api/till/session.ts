import { done, meAnswer, nothing, operatorsAnswer, signInInput } from '#domain/protocol/access';
import { touchAnswer } from '#domain/protocol/staff';
import { sessionWire } from '#domain/protocol/till';
import { cashierProcedure, publicProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { readSettings } from '#server/services/support/settings';
import { operators } from '#server/queries/operators';
import { signIn } from '#server/services/signIn';
import { signOut } from '#server/services/signOut';

export const sessionRouter = tillRouterOf({
  operators: publicProcedure
    .input(nothing)
    .output(operatorsAnswer)
    .query(({ ctx }) => operators(ctx.app.deps.sequelize)),
  signIn: publicProcedure
    .input(signInInput)
    .output(sessionWire)
    .mutation(({ ctx, input }) => signIn(ctx.app.deps, input)),
  signOut: cashierProcedure
    .input(nothing)
    .output(done)
    .mutation(async ({ ctx }) => {
      await signOut(ctx.app.deps, ctx.operator, ctx.bearer ?? '');
      return { done: true as const };
    }),
  /** The screen says that somebody touched it, now and then: like every command that keeps an idle till from locking. */
  touch: cashierProcedure
    .input(nothing)
    .output(touchAnswer)
    .mutation(async ({ ctx: { app } }) => {
      const { till } = await readSettings(app.deps.sequelize);
      return { idle_lock_s: till.idle_lock_s };
    }),
  me: cashierProcedure
    .input(nothing)
    .output(meAnswer)
    .query(({ ctx: { operator } }) => {
      const { operator_id: id, name, role, till_id } = operator;
      return { operator: { id, name, role }, till_id };
    }),
});
