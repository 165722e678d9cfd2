import { tracked, type TrackedEnvelope } from '@trpc/server';
import { subscribeInput } from '#domain/protocol/equipment';
import type { TillEvent } from '#domain/protocol/till';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';

export const eventsRouter = tillRouterOf({
  /** Every item is `{ id, data }`. A live event carries the id of the durable event before it: it moves no cursor. */
  subscribe: cashierProcedure.input(subscribeInput).subscription(async function* (): AsyncGenerator<
    TrackedEnvelope<TillEvent>,
    void
  > {
    yield tracked('0', { type: 'reset' });
  }),
});
