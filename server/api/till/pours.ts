import { reconcileInput, visitWire } from '#domain/protocol/till';
import { visitAfter } from '#server/api/till/visitAfter';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { checkPin } from '#server/security/checkPin';
import { reconcilePour } from '#server/services/reconcilePour';

export const poursRouter = tillRouterOf({
  /** The approver's PIN is checked first, with the same lock-out as a sign-in. */
  reconcile: cashierProcedure
    .input(reconcileInput.strict())
    .output(visitWire)
    .mutation(
      visitAfter(async (deps, actor, { approval, ...input }) => {
        const operator = approval && (await checkPin(deps, approval));
        const approver = operator && { operator_id: operator.id, role: operator.role };
        return reconcilePour(deps, actor, { ...input, approver });
      }),
    ),
});
