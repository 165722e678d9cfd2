import { useEffect, useState } from 'react';
import { createStore, useStore } from './store.ts';

/** The server's clock as seen from here: its present minus this computer's. Durations on the screen count with it. */
const offset = createStore(0);

export function learnServerTime(server_time: string): void {
  const next = Date.parse(server_time) - Date.now();
  if (Math.abs(next - offset.get()) > 500) offset.set(next);
}

/** The server's present, ticking once in `every` milliseconds. */
export function useNow(every = 1000): number {
  const shift = useStore(offset);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), every);
    return () => window.clearInterval(timer);
  }, [every]);
  return now + shift;
}
