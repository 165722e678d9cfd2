import { nothing } from '#domain/protocol/access';
import { boardWire } from '#domain/protocol/till';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { board } from '#server/queries/board';

export const boardRouter = tillRouterOf({
  get: cashierProcedure
    .input(nothing)
    .output(boardWire)
    .query(({ ctx: { app } }) => board(app.deps, app.live.reader())),
});
