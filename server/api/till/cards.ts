import { byCardUid } from '#domain/protocol/equipment';
import { cardLookup } from '#domain/protocol/till';
import { notYet } from '#server/api/notYet';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const cardsRouter = tillRouterOf({
  lookUp: cashierProcedure.input(byCardUid).output(cardLookup).query(notYet),
  addToPool: cashierProcedure.input(byCardUid).output(cardLookup).mutation(notYet),
});
