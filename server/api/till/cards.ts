import { byCardUid } from '#domain/protocol/equipment';
import { cardLookup } from '#domain/protocol/till';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { addCardToPool } from '#server/services/addCardToPool';
import { lookUpCard } from '#server/services/lookUpCard';

export const cardsRouter = tillRouterOf({
  lookUp: cashierProcedure
    .input(byCardUid)
    .output(cardLookup)
    .query(({ ctx, input }) => lookUpCard(ctx.app.deps, input)),
  addToPool: cashierProcedure
    .input(byCardUid)
    .output(cardLookup)
    .mutation(({ ctx, input }) => addCardToPool(ctx.app.deps, ctx.operator, input)),
});
