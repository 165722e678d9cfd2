import { z } from 'zod';
import { boardWire } from '#domain/protocol/till';
import { notYet } from '#server/api/notYet';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const boardRouter = tillRouterOf({
  get: cashierProcedure.input(z.void()).output(boardWire).query(notYet),
});
