import { z } from 'zod';
import { beverageWire, createBeverageInput } from '#domain/protocol/equipment';
import { notYet } from '#server/api/notYet';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const beveragesRouter = tillRouterOf({
  list: cashierProcedure.input(z.void()).output(z.array(beverageWire)).query(notYet),
  create: shiftLeadProcedure.input(createBeverageInput).output(beverageWire).mutation(notYet),
});
