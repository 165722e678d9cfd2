import { useSyncExternalStore } from 'react';

export const REVIEW_VIEWS = ['open', 'resolved', 'raw'] as const;
export type ReviewView = (typeof REVIEW_VIEWS)[number];
export const SETTINGS_VIEWS = [
  'bar',
  'pour',
  'service',
  'money',
  'till',
  'printer',
  'flags',
  'backup',
  'about',
] as const;
export type SettingsView = (typeof SETTINGS_VIEWS)[number];
export const JOURNAL_VIEWS = ['actions', 'events', 'pos'] as const;
export type JournalView = (typeof JOURNAL_VIEWS)[number];
export const REPORT_VIEWS = ['sales', 'losses', 'held', 'decisions', 'kegs'] as const;
export type ReportView = (typeof REPORT_VIEWS)[number];
export const SHIFT_STEPS = ['home', 'check', 'count', 'x', 'handOver', 'history', 'debts'] as const;
export type ShiftStep = (typeof SHIFT_STEPS)[number];
export interface ReviewPlace {
  screen: 'review';
  view: ReviewView;
  /** of an item, or of a raw report */
  chosen: number | null;
}

/** Where the till is: `#/visits/1038`, `#/kegs`, `#/review/open/12`, `#/shift/check`. */
export type Place =
  | { screen: 'visits'; visit_id: number | null }
  | { screen: 'kegs' }
  | { screen: 'taps'; tap_id: number | null }
  | { screen: 'lost' }
  | { screen: 'staff' }
  | { screen: 'prices' }
  | { screen: 'events'; view: JournalView }
  | { screen: 'settings'; view: SettingsView }
  | { screen: 'reports'; view: ReportView }
  | { screen: 'guests'; guest_id: number | null }
  | ReviewPlace
  | { screen: 'shift'; step: ShiftStep }
  | { screen: 'shiftReport'; shift_id: number };

const numberIn = (text: string | undefined): number | null => {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : null;
};

export function placeOf(hash: string): Place {
  const [screen, rest, last] = hash.replace(/^#\/?/, '').split('/');
  if (screen === 'taps') return { screen, tap_id: numberIn(rest) };
  if (screen === 'prices') return { screen };
  if (screen === 'events') return { screen, view: JOURNAL_VIEWS.find((one) => one === rest) ?? 'actions' };
  if (screen === 'kegs' || screen === 'lost' || screen === 'staff') return { screen };
  if (screen === 'guests') return { screen, guest_id: numberIn(rest) };
  if (screen === 'settings') return { screen, view: SETTINGS_VIEWS.find((one) => one === rest) ?? 'bar' };
  if (screen === 'reports') return { screen, view: REPORT_VIEWS.find((one) => one === rest) ?? 'sales' };
  if (screen === 'review') {
    const view = REVIEW_VIEWS.find((one) => one === rest) ?? 'open';
    return { screen, view, chosen: numberIn(last) };
  }
  if (screen === 'shift') {
    const shift_id = rest === 'history' ? numberIn(last) : null;
    if (shift_id !== null) return { screen: 'shiftReport', shift_id };
    return { screen, step: SHIFT_STEPS.find((one) => one === rest) ?? 'home' };
  }
  return { screen: 'visits', visit_id: numberIn(rest) };
}

export function hashOf(place: Place): string {
  if (place.screen === 'visits') return place.visit_id === null ? '#/visits' : `#/visits/${place.visit_id}`;
  if (place.screen === 'guests') return place.guest_id === null ? '#/guests' : `#/guests/${place.guest_id}`;
  if (place.screen === 'shift') return place.step === 'home' ? '#/shift' : `#/shift/${place.step}`;
  if (place.screen === 'taps') return place.tap_id === null ? '#/taps' : `#/taps/${place.tap_id}`;
  if (place.screen === 'events') return `#/events/${place.view}`;
  if (place.screen === 'shiftReport') return `#/shift/history/${place.shift_id}`;
  if (place.screen === 'settings') return `#/settings/${place.view}`;
  if (place.screen === 'reports') return `#/reports/${place.view}`;
  if (place.screen === 'review')
    return `#/review/${place.view}${place.chosen === null ? '' : `/${place.chosen}`}`;
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
