import { aboutWire } from '#domain/protocol/about';
import { nothing } from '#domain/protocol/access';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { about } from '#server/queries/about';

export const aboutRouter = tillRouterOf({
  get: cashierProcedure
    .input(nothing)
    .output(aboutWire)
    .query(({ ctx: { app } }) =>
      about(app.deps, { incarnation: app.incarnation, backup: app.backups.now() }),
    ),
});
