import type { BoardWire } from '#domain/protocol/till';
import { useStore } from '../lib/store.ts';
import { liveTaps } from './events.ts';

/** The figures of the pour that holds a lock: the newest of the board's and the subscription's. */
export function useLivePour(
  board: BoardWire,
  lock: { tap_id: number; grant_id: string } | null,
): { ml: number; minor: number } {
  const taps = useStore(liveTaps);
  if (lock === null) return { ml: 0, minor: 0 };
  const row = board.taps.find((tap) => tap.tap_id === lock.tap_id);
  const fetched = { ml: row?.live_ml ?? 0, minor: row?.live_minor ?? 0 };
  const pour = taps.get(lock.tap_id)?.pour;
  return pour && pour.grant_id === lock.grant_id && pour.ml >= fetched.ml ? pour : fetched;
}
