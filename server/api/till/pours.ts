import { compPourInput, reversePourInput } from '#domain/protocol/corrections';
import { reconcileInput, visitWire } from '#domain/protocol/till';
import { visitAfter } from '#server/api/till/visitAfter';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { compPour, reversePour } from '#server/services/correctPour';
import { reconcilePour } from '#server/services/reconcilePour';
import { approverOf } from '#server/services/support/approval';

/** The approver's PIN is checked first, with the same lock-out as a sign-in. */
export const poursRouter = tillRouterOf({
  reconcile: cashierProcedure
    .input(reconcileInput.strict())
    .output(visitWire)
    .mutation(
      visitAfter(async (deps, actor, { approval, ...input }) => {
        const approver = await approverOf(deps, approval);
        return reconcilePour(deps, actor, { ...input, approver });
      }),
    ),
  comp: cashierProcedure
    .input(compPourInput)
    .output(visitWire)
    .mutation(
      visitAfter(async (deps, actor, { approval, ...input }) =>
        compPour(deps, actor, { ...input, approver: await approverOf(deps, approval) }),
      ),
    ),
  reverse: cashierProcedure
    .input(reversePourInput)
    .output(visitWire)
    .mutation(
      visitAfter(async (deps, actor, { approval, ...input }) =>
        reversePour(deps, actor, { ...input, approver: await approverOf(deps, approval) }),
      ),
    ),
});
