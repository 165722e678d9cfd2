import { z } from 'zod';
import { done, nothing } from '#domain/protocol/access';
import {
  changeOwnPinInput,
  createOperatorInput,
  deactivateOperatorInput,
  newRecoveryCodeInput,
  recoveryCodeAnswer,
  renameOperatorInput,
  setPinInput,
  setStaffCardInput,
  setRoleInput,
  staffRow,
  unlockOperatorInput,
} from '#domain/protocol/staff';
import {
  cashierProcedure,
  engineerProcedure,
  shiftLeadProcedure,
  tillRouterOf,
} from '#server/api/tillProcedures';
import { staffList } from '#server/queries/staff';
import { changeOwnPin } from '#server/services/changeOwnPin';
import { createOperator } from '#server/services/createOperator';
import { deactivateOperator } from '#server/services/deactivateOperator';
import { reactivateOperator } from '#server/services/reactivateOperator';
import { renameOperator } from '#server/services/renameOperator';
import { renewRecoveryCode } from '#server/services/renewRecoveryCode';
import { setOperatorPin } from '#server/services/setOperatorPin';
import { setOperatorRole } from '#server/services/setOperatorRole';
import { setStaffCard } from '#server/services/setStaffCard';
import { takerOf } from '#server/services/support/approval';
import { unlockOperator } from '#server/services/unlockOperator';

/** A shift lead looks after cashiers, an engineer after everybody: the services say so for each person. */
export const staffRouter = tillRouterOf({
  list: shiftLeadProcedure
    .input(nothing)
    .output(z.array(staffRow))
    .query(({ ctx }) => staffList(ctx.app.deps.sequelize)),
  create: shiftLeadProcedure
    .input(createOperatorInput)
    .output(staffRow)
    .mutation(({ ctx, input }) => createOperator(ctx.app.deps, ctx.operator, input)),
  rename: shiftLeadProcedure
    .input(renameOperatorInput)
    .output(staffRow)
    .mutation(({ ctx, input }) => renameOperator(ctx.app.deps, ctx.operator, input)),
  setRole: engineerProcedure
    .input(setRoleInput)
    .output(staffRow)
    .mutation(({ ctx, input }) => setOperatorRole(ctx.app.deps, ctx.operator, input)),
  deactivate: shiftLeadProcedure
    .input(deactivateOperatorInput)
    .output(staffRow)
    .mutation(({ ctx, input }) => deactivateOperator(ctx.app.deps, ctx.operator, input)),
  reactivate: shiftLeadProcedure
    .input(unlockOperatorInput)
    .output(staffRow)
    .mutation(({ ctx, input }) => reactivateOperator(ctx.app.deps, ctx.operator, input)),
  setPin: shiftLeadProcedure
    .input(setPinInput)
    .output(staffRow)
    .mutation(({ ctx, input }) => setOperatorPin(ctx.app.deps, ctx.operator, input)),
  setCard: shiftLeadProcedure
    .input(setStaffCardInput)
    .output(staffRow)
    .mutation(({ ctx, input }) => setStaffCard(ctx.app.deps, ctx.operator, input)),
  unlock: shiftLeadProcedure
    .input(unlockOperatorInput)
    .output(staffRow)
    .mutation(({ ctx, input }) => unlockOperator(ctx.app.deps, ctx.operator, input)),
  changeOwnPin: cashierProcedure
    .input(changeOwnPinInput)
    .output(done)
    .mutation(({ ctx, input }) => changeOwnPin(ctx.app.deps, ctx.operator, input)),
  newRecoveryCode: engineerProcedure
    .input(newRecoveryCodeInput)
    .output(recoveryCodeAnswer)
    .mutation(async ({ ctx, input }) => {
      const { deps } = ctx.app;
      return renewRecoveryCode(deps, ctx.operator, await takerOf(deps, input.approval));
    }),
});
