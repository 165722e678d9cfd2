import { z } from 'zod';
import { nothing } from '#domain/protocol/access';
import {
  byReview,
  carryReceivableInput,
  payReceivableInput,
  rawReportWire,
  receivableAnswer,
  receivableRow,
  resolveReviewInput,
  reviewDetail,
  reviewListInput,
  reviewRow,
  writeOffInput,
} from '#domain/protocol/corrections';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { receivables } from '#server/queries/receivables';
import { quarantine, reviewDetail as detailOf, reviewList } from '#server/queries/reviews';
import { carryReceivable, payReceivable, writeOffReceivable } from '#server/services/payReceivable';
import { resolveReview } from '#server/services/resolveReview';
import { approverOf, takerOf } from '#server/services/support/approval';

export const reviewsRouter = tillRouterOf({
  list: cashierProcedure
    .input(reviewListInput)
    .output(z.array(reviewRow))
    .query(({ ctx, input }) => reviewList(ctx.app.deps.sequelize, input)),
  get: cashierProcedure
    .input(byReview)
    .output(reviewDetail)
    .query(({ ctx, input }) => detailOf(ctx.app.deps.sequelize, input.review_id)),
  quarantine: cashierProcedure
    .input(nothing)
    .output(z.array(rawReportWire))
    .query(({ ctx }) => quarantine(ctx.app.deps.sequelize)),
  resolve: cashierProcedure
    .input(resolveReviewInput)
    .output(reviewDetail)
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const { deps } = ctx.app;
      const approver = await approverOf(deps, approval);
      const { review_id } = await resolveReview(deps, ctx.operator, { ...input, approver });
      return detailOf(deps.sequelize, review_id);
    }),
});

export const receivablesRouter = tillRouterOf({
  list: cashierProcedure
    .input(nothing)
    .output(z.array(receivableRow))
    .query(({ ctx }) => receivables(ctx.app.deps.sequelize)),
  pay: cashierProcedure
    .input(payReceivableInput)
    .output(receivableAnswer)
    .mutation(({ ctx, input }) => payReceivable(ctx.app.deps, ctx.operator, input)),
  writeOff: cashierProcedure
    .input(writeOffInput)
    .output(receivableAnswer)
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const { deps } = ctx.app;
      const approver = await takerOf(deps, approval);
      return writeOffReceivable(deps, ctx.operator, { ...input, approver });
    }),
  carry: cashierProcedure
    .input(carryReceivableInput)
    .output(receivableAnswer)
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const { deps } = ctx.app;
      const approver = await approverOf(deps, approval);
      return carryReceivable(deps, ctx.operator, { ...input, approver });
    }),
});
