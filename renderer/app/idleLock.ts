import { useEffect } from 'react';
import { client } from '../lib/api.ts';
import { closeDialog } from './dialogs.ts';
import { isIdle } from './isIdle.ts';
import { signedOut } from './session.ts';

/** So often the server is told that somebody is there: a touch or a key, not each one. */
const tellEvery = (idle_lock_s: number): number => Math.min(30_000, idle_lock_s * 300);
const LOOK_MS = 1_000;

/** After the bar's setting of seconds without a touch the till asks for a PIN again. What was typed in a dialog is gone with it. */
export function useIdleLock(idle_lock_s: number): void {
  useEffect(() => {
    if (idle_lock_s === 0) return;
    let touched = performance.now();
    let told = touched;
    const touch = (): void => {
      touched = performance.now();
      if (touched - told < tellEvery(idle_lock_s)) return;
      told = touched;
      void client.session.touch.mutate().catch(() => undefined);
    };
    const look = (): void => {
      if (!isIdle(idle_lock_s, performance.now() - touched)) return;
      void client.session.signOut.mutate().catch(() => undefined);
      closeDialog();
      signedOut();
    };
    const timer = window.setInterval(look, LOOK_MS);
    for (const kind of ['pointerdown', 'keydown', 'wheel']) window.addEventListener(kind, touch, true);
    return () => {
      window.clearInterval(timer);
      for (const kind of ['pointerdown', 'keydown', 'wheel']) window.removeEventListener(kind, touch, true);
    };
  }, [idle_lock_s]);
}
