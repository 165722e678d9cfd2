import { z } from 'zod';
import { nothing } from '#domain/protocol/access';
import {
  priceRuleWire,
  removePriceRuleInput,
  ruleRemoved,
  setPriceRuleInput,
  setStaffInput,
  staffSet,
} from '#domain/protocol/prices';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { priceRuleList } from '#server/queries/priceRules';
import { removePriceRule } from '#server/services/removePriceRule';
import { setPriceRule } from '#server/services/setPriceRule';
import { setStaff } from '#server/services/setStaff';

export const pricesRouter = tillRouterOf({
  list: cashierProcedure
    .input(nothing)
    .output(z.array(priceRuleWire))
    .query(({ ctx }) => priceRuleList(ctx.app.deps)),
  set: shiftLeadProcedure
    .input(setPriceRuleInput)
    .output(priceRuleWire)
    .mutation(({ ctx, input }) => setPriceRule(ctx.app.deps, ctx.operator, input)),
  remove: shiftLeadProcedure
    .input(removePriceRuleInput)
    .output(ruleRemoved)
    .mutation(({ ctx, input }) => removePriceRule(ctx.app.deps, ctx.operator, input)),
  setStaff: shiftLeadProcedure
    .input(setStaffInput)
    .output(staffSet)
    .mutation(({ ctx, input }) => setStaff(ctx.app.deps, ctx.operator, input)),
});
