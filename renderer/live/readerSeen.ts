import { createStore } from '../lib/store.ts';
import type { ReaderState } from './events.ts';

const KEY = 'taptill.reader-seen';

/** A reader was there since this window opened: only then is its absence news. A reload of the page does not forget it. */
export const readerSeen = createStore<boolean>(window.sessionStorage.getItem(KEY) !== null);

export function sawReader(state: ReaderState): void {
  if (state !== 'ready') return;
  readerSeen.set(true);
  window.sessionStorage.setItem(KEY, '1');
}
