import { useSyncExternalStore } from 'react';

/** Where the till is: `#/visits/1038`, `#/kegs`, `#/taps`, `#/shift/check`. */
export type Place =
  | { screen: 'visits'; visit_id: number | null }
  | { screen: 'kegs' }
  | { screen: 'taps' }
  | { screen: 'shift'; step: 'home' | 'check' | 'count' };

export function placeOf(hash: string): Place {
  const [screen, rest] = hash.replace(/^#\/?/, '').split('/');
  if (screen === 'kegs' || screen === 'taps') return { screen };
  if (screen === 'shift') return { screen, step: rest === 'check' || rest === 'count' ? rest : 'home' };
  const visit_id = Number(rest);
  return { screen: 'visits', visit_id: Number.isSafeInteger(visit_id) && visit_id > 0 ? visit_id : null };
}

export function hashOf(place: Place): string {
  if (place.screen === 'visits') return place.visit_id === null ? '#/visits' : `#/visits/${place.visit_id}`;
  if (place.screen === 'shift') return place.step === 'home' ? '#/shift' : `#/shift/${place.step}`;
  return `#/${place.screen}`;
}

export function goTo(place: Place): void {
  const hash = hashOf(place);
  if (window.location.hash !== hash) window.location.hash = hash;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

export function usePlace(): Place {
  return placeOf(useSyncExternalStore(subscribe, () => window.location.hash));
}
