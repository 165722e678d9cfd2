import type { SessionWire } from '#domain/protocol/till';
import { createStore } from '../lib/store.ts';

/** Who is signed in at this screen. Kept for a reload of the page, gone with the window. */
const KEY = 'taptill.session';

function remembered(): SessionWire | null {
  const text = window.sessionStorage.getItem(KEY);
  if (text === null) return null;
  try {
    return JSON.parse(text) as SessionWire;
  } catch {
    return null;
  }
}

export const sessionStore = createStore<SessionWire | null>(remembered());

export function signedIn(session: SessionWire): void {
  window.sessionStorage.setItem(KEY, JSON.stringify(session));
  sessionStore.set(session);
}

export function signedOut(): void {
  window.sessionStorage.removeItem(KEY);
  sessionStore.set(null);
}
