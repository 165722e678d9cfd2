import { useEffect } from 'react';
import type { CardLookup } from '#domain/protocol/till';
import { cardOffer, cardTrouble, routeCard, showCard, waitingCard } from '../../app/cardRouting.ts';
import { dialogStore, openDialog } from '../../app/dialogs.ts';
import { clearNotice } from '../../app/notices.ts';
import type { Place } from '../../app/router.ts';
import { focusSearch, searchHasFocus, searchText } from '../../app/search.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useCards } from '../../lib/cards.ts';
import { useStore } from '../../lib/store.ts';

export interface FrameModel {
  offer: CardLookup | null;
  trouble: unknown;
}

export function useFrame(place: Place): FrameModel {
  const dialog = useStore(dialogStore);
  const offer = useStore(cardOffer);
  const trouble = useStore(cardTrouble);
  useCards((uid) => void routeCard(uid));
  useTypingGoesToSearch();
  useShortcuts({
    '/': focusSearch,
    F2: focusSearch,
    F3: () => openDialog({ kind: 'openVisit', card_uid: null, query: '', guest_id: null }),
    Escape: () => leave(offer),
  });
  useEffect(clearNotice, [place.screen]);
  useEffect(() => {
    if (dialog !== null) {
      clearNotice();
      return;
    }
    const waiting = waitingCard.get();
    if (waiting !== null) showCard(waiting);
    const timer = window.setTimeout(focusIfNobody, 50);
    return () => window.clearTimeout(timer);
  }, [dialog, place.screen]);
  return { offer, trouble };
}

function leave(offer: CardLookup | null): void {
  if (searchText.get() !== '') searchText.set('');
  else if (offer !== null) cardOffer.set(null);
  else clearNotice();
}

function focusIfNobody(): void {
  const active = document.activeElement;
  if (active === null || active === document.body || !document.contains(active)) focusSearch();
}

/** A letter or digit typed where nothing takes it goes to the search. */
function useTypingGoesToSearch(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key.length !== 1 || event.key === ' ' || dialogStore.get() !== null || searchHasFocus())
        return;
      const target = event.target as HTMLElement | null;
      if (target?.closest('input, textarea, select, [role="menu"]')) return;
      focusSearch();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
