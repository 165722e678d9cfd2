import { z } from 'zod';
import { done, nothing } from '#domain/protocol/access';
import { createEnrolmentInput, enrolmentWire, nodeRow, revokeNodeInput } from '#domain/protocol/equipment';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { nodeList } from '#server/queries/nodes';
import { createEnrolment } from '#server/services/createEnrolment';
import { revokeNode } from '#server/services/revokeNode';

export const nodesRouter = tillRouterOf({
  list: cashierProcedure
    .input(nothing)
    .output(z.array(nodeRow))
    .query(({ ctx }) => nodeList(ctx.app.deps)),
  createEnrolment: shiftLeadProcedure
    .input(createEnrolmentInput)
    .output(enrolmentWire)
    .mutation(({ ctx, input }) => {
      const { fingerprint } = ctx.app.authority;
      return createEnrolment(ctx.app.deps, ctx.operator, { input, fingerprint });
    }),
  revoke: shiftLeadProcedure
    .input(revokeNodeInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await revokeNode(ctx.app.deps, ctx.operator, input);
      ctx.app.nodes.cut(input.node_id);
      return { done: true as const };
    }),
});
