import { useEffect, useRef } from 'react';

/** A card that was read: by the reader's process or by a keyboard wedge. */
export type CardHandler = (uid: string) => void;

const claims: CardHandler[] = [];
let lastWedge = -Infinity;

const heard = new Set<() => void>();

/** The newest claim gets the card: an open dialog that waits for one stands before the screen below it. */
export function cardArrived(uid: string): void {
  for (const listener of heard) listener();
  claims.at(-1)?.(uid);
}

export function wedgeEnded(at = performance.now()): void {
  lastWedge = at;
}

/** Money dialogs do not take an Enter for theirs so soon after a burst. */
export function justAfterWedge(at = performance.now()): boolean {
  return at - lastWedge < 300;
}

export function useCards(handler: CardHandler, enabled = true): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    if (!enabled) return;
    const claim: CardHandler = (uid) => latest.current(uid);
    claims.push(claim);
    return () => void claims.splice(claims.indexOf(claim), 1);
  }, [enabled]);
}

/** That a card came, whoever gets it. */
export function useCardHeard(then: () => void): void {
  const latest = useRef(then);
  useEffect(() => {
    latest.current = then;
  });
  useEffect(() => {
    const listener = (): void => latest.current();
    heard.add(listener);
    return () => void heard.delete(listener);
  }, []);
}
