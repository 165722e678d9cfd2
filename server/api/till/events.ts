import { subscribeInput } from '#domain/protocol/equipment';
import { cashierProcedure, tillRouterOf } from '#server/api/tillProcedures';
import { subscribe } from '#server/events/subscribe';

export const eventsRouter = tillRouterOf({
  /** Every item is `{ id, data }`. A live event carries the id of the durable event before it: it moves no cursor. */
  subscribe: cashierProcedure.input(subscribeInput).subscription(({ ctx: { app }, input, signal }) => {
    const { tail, incarnation, live } = app;
    const sources = { tail, incarnation, attachLive: live.attach };
    return subscribe(sources, input.lastEventId, signal ?? new AbortController().signal);
  }),
});
