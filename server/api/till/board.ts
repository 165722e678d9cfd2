import { z } from 'zod';
import { boardWire } from '#domain/protocol/till';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { board } from '#server/queries/board';

export const boardRouter = tillRouterOf({
  get: cashierProcedure
    .input(z.void())
    .output(boardWire)
    .query(({ ctx: { app } }) => board(app.deps, app.live.reader())),
});
