import { useSyncExternalStore } from 'react';
import { createStore } from './store.ts';

/** The server's clock as seen from here: its present minus this computer's. Durations on the screen count with it. */
let offset = 0;
const present = createStore(Date.now());
let watchers = 0;
let timer = 0;

const tick = (): void => present.set(Date.now() + offset);

export function learnServerTime(server_time: string): void {
  const next = Date.parse(server_time) - Date.now();
  if (Math.abs(next - offset) < 500) return;
  offset = next;
  tick();
}

/** One tick for the whole screen: two durations of the same thing never differ. */
function subscribe(listener: () => void): () => void {
  if (watchers === 0) {
    tick();
    timer = window.setInterval(tick, 1000);
  }
  watchers += 1;
  const end = present.subscribe(listener);
  return () => {
    end();
    watchers -= 1;
    if (watchers === 0) window.clearInterval(timer);
  };
}

/** The server's present, ticking once a second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, present.get);
}
