import { byVisit, replaceCardInput, searchInput } from '#domain/protocol/equipment';
import {
  closeVisitInput,
  forceUnlockInput,
  issueCardInput,
  openVisitInput,
  refundInput,
  reportLostInput,
  searchAnswer,
  topUpInput,
  visitWire,
} from '#domain/protocol/till';
import { openHouseInput, raiseLimitInput } from '#domain/protocol/corrections';
import { closeWalkedOutInput, walkedOutAnswer } from '#domain/protocol/shift';
import { visitAfter } from '#server/api/till/visitAfter';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { search } from '#server/queries/search';
import { visitView } from '#server/queries/visitView';
import { closeVisit } from '#server/services/closeVisit';
import { closeWalkedOut } from '#server/services/closeWalkedOut';
import { forceUnlock } from '#server/services/forceUnlock';
import { issueCard } from '#server/services/issueCard';
import { openHouseVisit } from '#server/services/openHouseVisit';
import { openVisit } from '#server/services/openVisit';
import { raiseLimit } from '#server/services/raiseLimit';
import { refund } from '#server/services/refund';
import { replaceCard } from '#server/services/replaceCard';
import { reportCardLost } from '#server/services/reportCardLost';
import { approverOf, takerOf } from '#server/services/support/approval';
import { topUp } from '#server/services/topUp';

export const visitsRouter = tillRouterOf({
  get: cashierProcedure
    .input(byVisit)
    .output(visitWire)
    .query(({ ctx, input }) => visitView(ctx.app.deps, input.visit_id, ctx.operator.role)),
  search: cashierProcedure
    .input(searchInput)
    .output(searchAnswer)
    .query(({ ctx, input }) => search(ctx.app.deps, input)),
  open: cashierProcedure.input(openVisitInput.strict()).output(visitWire).mutation(visitAfter(openVisit)),
  issueCard: cashierProcedure
    .input(issueCardInput.strict())
    .output(visitWire)
    .mutation(visitAfter(issueCard)),
  replaceCard: cashierProcedure
    .input(replaceCardInput.strict())
    .output(visitWire)
    .mutation(visitAfter(replaceCard)),
  reportLost: cashierProcedure
    .input(reportLostInput.strict())
    .output(visitWire)
    .mutation(visitAfter(reportCardLost)),
  topUp: cashierProcedure.input(topUpInput.strict()).output(visitWire).mutation(visitAfter(topUp)),
  refund: cashierProcedure
    .input(refundInput.strict())
    .output(visitWire)
    .mutation(
      visitAfter(async (deps, actor, { approval, ...input }) =>
        refund(deps, actor, { ...input, approver: await approverOf(deps, approval) }),
      ),
    ),
  forceUnlock: cashierProcedure
    .input(forceUnlockInput.strict())
    .output(visitWire)
    .mutation(visitAfter((deps, actor, input) => forceUnlock(deps, actor, input))),
  close: cashierProcedure
    .input(closeVisitInput.strict())
    .output(visitWire)
    .mutation(
      visitAfter(async (deps, actor, { approval, ...input }) =>
        closeVisit(deps, actor, { ...input, approver: await approverOf(deps, approval) }),
      ),
    ),
  openHouse: cashierProcedure
    .input(openHouseInput)
    .output(visitWire)
    .mutation(
      visitAfter(async (deps, actor, { approval, ...input }) =>
        openHouseVisit(deps, actor, { ...input, approver: await approverOf(deps, approval) }),
      ),
    ),
  raiseLimit: cashierProcedure
    .input(raiseLimitInput)
    .output(visitWire)
    .mutation(
      visitAfter(async (deps, actor, { approval, ...input }) =>
        raiseLimit(deps, actor, { ...input, approver: await takerOf(deps, approval) }),
      ),
    ),
  closeWalkedOut: shiftLeadProcedure
    .input(closeWalkedOutInput)
    .output(walkedOutAnswer)
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const { deps } = ctx.app;
      return closeWalkedOut(deps, ctx.operator, { ...input, approver: await takerOf(deps, approval) });
    }),
});
