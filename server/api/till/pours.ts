import { reconcileInput, visitWire } from '#domain/protocol/till';
import { visitAfter } from '#server/api/till/visitAfter';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { reconcilePour } from '#server/services/reconcilePour';
import { approverOf } from '#server/services/support/approval';

export const poursRouter = tillRouterOf({
  /** The approver's PIN is checked first, with the same lock-out as a sign-in. */
  reconcile: cashierProcedure
    .input(reconcileInput.strict())
    .output(visitWire)
    .mutation(
      visitAfter(async (deps, actor, { approval, ...input }) => {
        const approver = await approverOf(deps, approval);
        return reconcilePour(deps, actor, { ...input, approver });
      }),
    ),
});
