import { done } from '#domain/protocol/access';
import { enrolAnswer, enrolInput } from '#domain/protocol/node';
import {
  pairingPollAnswer,
  pairingPollInput,
  pairingRequestAnswer,
  pairingRequestInput,
  pairingRevealInput,
} from '#domain/protocol/pairing';
import { enrolmentProcedure, lanRouterOf, pairingProcedure } from '#server/api/lanProcedures';
import { enrolNode } from '#server/services/enrolNode';
import { pollPairing } from '#server/services/pollPairing';
import { requestPairing } from '#server/services/requestPairing';
import { revealPairing } from '#server/services/revealPairing';

export const pairingRouter = lanRouterOf({
  enrol: enrolmentProcedure
    .input(enrolInput)
    .output(enrolAnswer)
    .mutation(({ ctx, input }) => enrolNode(ctx.app.deps, ctx.app.authority, input)),
  request: enrolmentProcedure
    .input(pairingRequestInput)
    .output(pairingRequestAnswer)
    .mutation(({ ctx, input }) => {
      const { address } = ctx;
      return requestPairing(ctx.app.deps, ctx.app.authority, { input, address });
    }),
  reveal: pairingProcedure
    .input(pairingRevealInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await revealPairing(ctx.app.deps, ctx.app.authority, input);
      return { done: true as const };
    }),
  poll: pairingProcedure
    .input(pairingPollInput)
    .output(pairingPollAnswer)
    .query(({ ctx, input }) => pollPairing(ctx.app.deps, ctx.app.authority, input)),
});
