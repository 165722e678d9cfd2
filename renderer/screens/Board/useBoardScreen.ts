import { useQuery, keepPreviousData } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import type { BoardWire, SearchAnswer, VisitRow, VisitWire } from '#domain/protocol/till';
import { useVisit } from '../../app/board.ts';
import { openDialog } from '../../app/dialogs.ts';
import { goTo } from '../../app/router.ts';
import { searchText } from '../../app/search.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { trpc } from '../../lib/api.ts';
import { useStore } from '../../lib/store.ts';
import { useDebounced } from '../../lib/useDebounced.ts';

export interface BoardScreen {
  /** what stands in the list: the active visits, or what was found */
  visits: VisitRow[];
  guests: SearchAnswer['guests'];
  searching: string | null;
  /** nothing was found by what is typed, and the answer is in */
  nobody: boolean;
  visit: VisitWire | null;
  choose: (visit_id: number) => void;
  openFor: (guest: SearchAnswer['guests'][number] | null) => void;
}

const LOOK_AFTER_MS = 120;

function choose(visit_id: number): void {
  searchText.set('');
  goTo({ screen: 'visits', visit_id });
}

export function useBoardScreen(board: BoardWire, visit_id: number | null): BoardScreen {
  const typed = useStore(searchText).trim();
  const asked = useDebounced(typed, LOOK_AFTER_MS);
  const search = useQuery(
    trpc.visits.search.queryOptions(
      { query: asked },
      { enabled: asked !== '', placeholderData: keepPreviousData, gcTime: 0, staleTime: 0 },
    ),
  );
  const { data: visit = null } = useVisit(visit_id);
  const found = typed === '' ? undefined : search.data;
  const visits = useMemo(
    () => found?.visits ?? (typed === '' ? board.visits : []),
    [found, typed, board.visits],
  );
  const guests = found?.guests ?? [];
  const openFor = (guest: SearchAnswer['guests'][number] | null): void => {
    openDialog({ kind: 'openVisit', card_uid: null, query: typed, guest_id: guest?.guest_id ?? null });
    searchText.set('');
  };
  const move = (step: 1 | -1): void => {
    const at = visits.findIndex((row) => row.visit_id === visit_id);
    const next = visits[at === -1 ? (step === 1 ? 0 : visits.length - 1) : at + step];
    if (next) goTo({ screen: 'visits', visit_id: next.visit_id });
  };
  const first = visits[0];
  const settled = !search.isPlaceholderData && !search.isFetching && asked === typed;
  const takeFirst = useOnceSettled(settled && search.isSuccess ? typed : null, () =>
    first ? choose(first.visit_id) : openFor(guests[0] ?? null),
  );
  useShortcuts({
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: typed === '' ? undefined : () => takeFirst(typed),
  });
  return {
    visits,
    guests,
    searching: typed === '' ? null : typed,
    nobody: typed !== '' && settled && visits.length === 0 && guests.length === 0,
    visit: visit_id === null ? null : visit,
    choose,
    openFor,
  };
}

/** Enter may be pressed before what is typed has been looked up: it is kept until then, unless something else is typed. */
function useOnceSettled(settledFor: string | null, act: () => void): (asked: string) => void {
  const waiting = useRef<string | null>(null);
  useEffect(() => {
    if (settledFor === null || waiting.current === null) return;
    const wanted = waiting.current === settledFor;
    waiting.current = null;
    if (wanted) act();
  });
  return (asked) => {
    if (asked === settledFor) act();
    else waiting.current = asked;
  };
}
