import { enrolAnswer, enrolInput } from '#domain/protocol/node';
import { notYet } from '#server/api/notYet';
import { lanRouterOf, publicProcedure } from '#server/api/lanProcedures';

export const pairingRouter = lanRouterOf({
  enrol: publicProcedure.input(enrolInput).output(enrolAnswer).mutation(notYet),
});
