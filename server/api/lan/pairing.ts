import { enrolAnswer, enrolInput } from '#domain/protocol/node';
import { enrolmentProcedure, lanRouterOf } from '#server/api/lanProcedures';
import { enrolNode } from '#server/services/enrolNode';

export const pairingRouter = lanRouterOf({
  enrol: enrolmentProcedure
    .input(enrolInput)
    .output(enrolAnswer)
    .mutation(({ ctx, input }) => enrolNode(ctx.app.deps, ctx.app.authority, input)),
});
