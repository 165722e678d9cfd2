import { useEffect, useRef } from 'react';
import { dialogStore } from './dialogs.ts';

/** Keys that mean something on the screen below; an open dialog has them to itself. */
export function useShortcuts(keys: Record<string, (() => void) | undefined>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const action = latest.current[event.key];
      if (!action || event.ctrlKey || event.altKey || event.metaKey) return;
      if (dialogStore.get() !== null) {
        if (/^F\d+$/.test(event.key)) event.preventDefault();
        return;
      }
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
