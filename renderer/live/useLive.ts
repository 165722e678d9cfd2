import { useEffect } from 'react';
import type { TillEvent } from '#domain/protocol/till';
import { client, trpc } from '../lib/api.ts';
import { onServerChange } from '../lib/bridge.ts';
import { cardArrived } from '../lib/cards.ts';
import { queryClient } from '../lib/queryClient.ts';
import { connection, forgetLive, takeIn } from './events.ts';

const AWAY_AFTER_MS = 1500;
const AGAIN_AFTER_MS = 1000;

/** Events of one moment become one round of fetches. */
function createRefresher(): { visit(id: number | null): void; all(): void } {
  const visits = new Set<number>();
  let timer = 0;
  const run = (): void => {
    timer = 0;
    void queryClient.invalidateQueries({ queryKey: trpc.board.get.queryKey() });
    void queryClient.invalidateQueries({ queryKey: trpc.shifts.precheck.queryKey() });
    void queryClient.invalidateQueries({ queryKey: trpc.nodes.list.queryKey() });
    void queryClient.invalidateQueries({ queryKey: trpc.kegs.list.queryKey() });
    void queryClient.invalidateQueries({ queryKey: trpc.reviews.pathKey() });
    void queryClient.invalidateQueries({ queryKey: trpc.cards.lost.queryKey() });
    void queryClient.invalidateQueries({ queryKey: trpc.guests.get.queryKey() });
    void queryClient.invalidateQueries({ queryKey: trpc.settings.get.queryKey() });
    void queryClient.invalidateQueries({ queryKey: trpc.flags.list.queryKey() });
    void queryClient.invalidateQueries({ queryKey: trpc.taps.pathKey() });
    for (const visit_id of visits)
      void queryClient.invalidateQueries({ queryKey: trpc.visits.get.queryKey({ visit_id }) });
    visits.clear();
  };
  return {
    visit(id) {
      if (id !== null) visits.add(id);
      if (timer === 0) timer = window.setTimeout(run, 10);
    },
    all: () => void queryClient.invalidateQueries(),
  };
}

function setOnline(online: boolean): void {
  if (connection.get().online !== online) connection.set({ online, since: Date.now() });
}

interface Subscription {
  unsubscribe: () => void;
}

/** The one subscription of this client: it feeds the live figures and says what to fetch anew. */
export function startLive(): () => void {
  const refresh = createRefresher();
  let lastEventId: string | null = null;
  let subscription: Subscription | null = null;
  let away = 0;
  let again = 0;
  let stopped = false;

  const lost = (): void => {
    if (away === 0) away = window.setTimeout(() => setOnline(false), AWAY_AFTER_MS);
  };
  const found = (): void => {
    window.clearTimeout(away);
    away = 0;
    setOnline(true);
    refresh.all();
  };
  const take = (event: TillEvent): void => {
    takeIn(event);
    if (event.type === 'card.scanned') cardArrived(event.uid);
    else if (event.type === 'reset') refresh.all();
    else if ('details' in event) refresh.visit(event.visit_id);
  };
  const retry = (): void => {
    lost();
    if (stopped || again !== 0) return;
    again = window.setTimeout(() => {
      again = 0;
      start();
    }, AGAIN_AFTER_MS);
  };
  const start = (): void => {
    subscription?.unsubscribe();
    subscription = client.events.subscribe.subscribe(
      { lastEventId },
      {
        onData: ({ id, data }) => {
          lastEventId = id;
          take(data);
        },
        onConnectionStateChange: ({ state }) =>
          state === 'pending' ? found() : state === 'connecting' && lost(),
        onError: retry,
        onComplete: retry,
      },
    );
  };
  start();
  const offServer = onServerChange(start);
  return () => {
    stopped = true;
    window.clearTimeout(away);
    window.clearTimeout(again);
    offServer();
    subscription?.unsubscribe();
    forgetLive();
    setOnline(true);
  };
}

export function useLive(): void {
  useEffect(startLive, []);
}
