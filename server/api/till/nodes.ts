import { z } from 'zod';
import { done } from '#domain/protocol/access';
import { createEnrolmentInput, enrolmentWire, nodeRow, revokeNodeInput } from '#domain/protocol/equipment';
import { notYet } from '#server/api/notYet';
import { cashierProcedure, shiftLeadProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const nodesRouter = tillRouterOf({
  list: cashierProcedure.input(z.void()).output(z.array(nodeRow)).query(notYet),
  createEnrolment: shiftLeadProcedure.input(createEnrolmentInput).output(enrolmentWire).mutation(notYet),
  revoke: shiftLeadProcedure.input(revokeNodeInput).output(done).mutation(notYet),
});
