import {
  byGuest,
  claimMoneyAnswer,
  claimMoneyInput,
  confirmAgeInput,
  eraseGuestInput,
  guestExport,
  guestWire,
  setBlockedInput,
  setConsentInput,
  updateGuestInput,
} from '#domain/protocol/guests';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { guestView } from '#server/queries/guests';
import { claimMoney } from '#server/services/claimMoney';
import { confirmAge } from '#server/services/confirmAge';
import { eraseGuest } from '#server/services/eraseGuest';
import { exportGuest } from '#server/services/exportGuest';
import { setBlocked } from '#server/services/setBlocked';
import { setConsent } from '#server/services/setConsent';
import { takerOf } from '#server/services/support/approval';
import { updateGuest } from '#server/services/updateGuest';

export const guestsRouter = tillRouterOf({
  get: cashierProcedure
    .input(byGuest)
    .output(guestWire)
    .query(({ ctx, input }) => guestView(ctx.app.deps.sequelize, input.guest_id)),
  update: cashierProcedure
    .input(updateGuestInput)
    .output(guestWire)
    .mutation(({ ctx, input }) => updateGuest(ctx.app.deps, ctx.operator, input)),
  confirmAge: cashierProcedure
    .input(confirmAgeInput)
    .output(guestWire)
    .mutation(({ ctx, input }) => confirmAge(ctx.app.deps, ctx.operator, input)),
  setConsent: cashierProcedure
    .input(setConsentInput)
    .output(guestWire)
    .mutation(({ ctx, input }) => setConsent(ctx.app.deps, ctx.operator, input)),
  setBlocked: cashierProcedure
    .input(setBlockedInput)
    .output(guestWire)
    .mutation(({ ctx, input }) => setBlocked(ctx.app.deps, ctx.operator, input)),
  claimMoney: cashierProcedure
    .input(claimMoneyInput)
    .output(claimMoneyAnswer)
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const { deps } = ctx.app;
      return claimMoney(deps, ctx.operator, { ...input, approver: await takerOf(deps, approval) });
    }),
  /** A command, because handing data out is in the trail. */
  export: shiftLeadProcedure
    .input(byGuest)
    .output(guestExport)
    .mutation(({ ctx, input }) => exportGuest(ctx.app.deps, ctx.operator, input)),
  erase: shiftLeadProcedure
    .input(eraseGuestInput)
    .output(guestWire)
    .mutation(async ({ ctx, input: { approval, ...input } }) => {
      const { deps } = ctx.app;
      return eraseGuest(deps, ctx.operator, { ...input, approver: await takerOf(deps, approval) });
    }),
});
