import { z } from 'zod';
import { kegWire, putKegOnTapInput, receiveKegInput } from '#domain/protocol/equipment';
import { notYet } from '#server/api/notYet';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const kegsRouter = tillRouterOf({
  list: cashierProcedure.input(z.void()).output(z.array(kegWire)).query(notYet),
  receive: cashierProcedure.input(receiveKegInput).output(kegWire).mutation(notYet),
  putOnTap: cashierProcedure.input(putKegOnTapInput).output(kegWire).mutation(notYet),
});
