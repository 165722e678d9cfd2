import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { BoardWire, VisitWire } from '#domain/protocol/till';
import { trpc } from '../lib/api.ts';
import { learnServerTime } from '../lib/clock.ts';
import { queryClient } from '../lib/queryClient.ts';

/** Fetched anew by events; this is only the belt to those braces. */
const BELT_MS = 15_000;

export function useBoard(): { board: BoardWire | undefined; fetchedAt: number } {
  const query = useQuery(trpc.board.get.queryOptions(undefined, { refetchInterval: BELT_MS }));
  const server_time = query.data?.server_time;
  useEffect(() => {
    if (server_time !== undefined) learnServerTime(server_time);
  }, [server_time]);
  return { board: query.data, fetchedAt: query.dataUpdatedAt };
}

export function useVisit(visit_id: number | null) {
  return useQuery(
    trpc.visits.get.queryOptions(
      { visit_id: visit_id ?? 0 },
      { enabled: visit_id !== null, refetchInterval: BELT_MS },
    ),
  );
}

/** An action answers with the whole visit: it shows at once, the rest of the board follows. */
export function keepVisit(visit: VisitWire): void {
  queryClient.setQueryData(trpc.visits.get.queryKey({ visit_id: visit.visit_id }), visit);
  void queryClient.invalidateQueries({ queryKey: trpc.board.get.queryKey() });
}

export function refreshVisit(visit_id: number): void {
  void queryClient.invalidateQueries({ queryKey: trpc.visits.get.queryKey({ visit_id }) });
  void queryClient.invalidateQueries({ queryKey: trpc.board.get.queryKey() });
}
