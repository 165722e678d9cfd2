import { z } from 'zod';
import { nothing } from '#domain/protocol/access';
import { cardFoundInput, lostCardRow, retireCardInput } from '#domain/protocol/cards';
import { byCardUid } from '#domain/protocol/equipment';
import { cardLookup } from '#domain/protocol/till';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { lostCards } from '#server/queries/lostCards';
import { addCardToPool } from '#server/services/addCardToPool';
import { cardFound } from '#server/services/cardFound';
import { lookUpCard } from '#server/services/lookUpCard';
import { retireCard } from '#server/services/retireCard';
import { approverOf } from '#server/services/support/approval';

export const cardsRouter = tillRouterOf({
  lookUp: cashierProcedure
    .input(byCardUid)
    .output(cardLookup)
    .query(({ ctx, input }) => lookUpCard(ctx.app.deps, input)),
  addToPool: cashierProcedure
    .input(byCardUid)
    .output(cardLookup)
    .mutation(({ ctx, input }) => addCardToPool(ctx.app.deps, ctx.operator, input)),
  lost: cashierProcedure
    .input(nothing)
    .output(z.array(lostCardRow))
    .query(({ ctx }) => lostCards(ctx.app.deps.sequelize)),
  found: cashierProcedure
    .input(cardFoundInput)
    .output(z.array(lostCardRow))
    .mutation(async ({ ctx, input }) => {
      await cardFound(ctx.app.deps, ctx.operator, input);
      return lostCards(ctx.app.deps.sequelize);
    }),
  retire: cashierProcedure
    .input(retireCardInput)
    .output(cardLookup)
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const { deps } = ctx.app;
      return retireCard(deps, ctx.operator, { ...input, approver: await approverOf(deps, approval) });
    }),
});
