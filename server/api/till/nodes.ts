import { z } from 'zod';
import { done, nothing } from '#domain/protocol/access';
import {
  createEnrolmentInput,
  enrolmentWire,
  nodeRow,
  revokeNodeInput,
  takeOverAnswer,
  takeOverInput,
} from '#domain/protocol/equipment';
import {
  confirmPairingAnswer,
  confirmPairingInput,
  pairingWire,
  refusePairingInput,
} from '#domain/protocol/pairing';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { nodeList } from '#server/queries/nodes';
import { pairingList } from '#server/queries/pairings';
import { confirmPairing } from '#server/services/confirmPairing';
import { createEnrolment } from '#server/services/createEnrolment';
import { refusePairing } from '#server/services/refusePairing';
import { revokeNode } from '#server/services/revokeNode';
import { approverOf } from '#server/services/support/approval';
import { takeOverTaps } from '#server/services/takeOverTaps';

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
  /** The nodes that ask to be taken in, each with the code that its own screen must show too. */
  pairings: cashierProcedure
    .input(nothing)
    .output(z.array(pairingWire))
    .query(({ ctx }) => pairingList(ctx.app.deps)),
  /** With a shift lead's or an engineer's PIN in place, whoever is signed in. */
  confirmPairing: cashierProcedure
    .input(confirmPairingInput)
    .output(confirmPairingAnswer)
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const approver = await approverOf(ctx.app.deps, approval);
      return confirmPairing(ctx.app.deps, ctx.operator, { ...input, approver });
    }),
  refusePairing: cashierProcedure
    .input(refusePairingInput)
    .output(done)
    .mutation(({ ctx, input }) => refusePairing(ctx.app.deps, ctx.operator, input)),
  /** Where every tap says that it has heard a later till. */
  takeOver: cashierProcedure
    .input(takeOverInput)
    .output(takeOverAnswer)
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const approver = await approverOf(ctx.app.deps, approval);
      return takeOverTaps(ctx.app.deps, ctx.operator, { ...input, approver });
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
