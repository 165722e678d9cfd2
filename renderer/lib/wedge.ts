/** A keyboard-wedge reader types faster than people: at least 8 keys, each less than 30 ms after the last, then Enter. */
export const WEDGE_GAP_MS = 30;
export const WEDGE_KEYS = 8;
const TOO_LONG = 64;

export interface WedgeFilter {
  /** A printable key. It is held back until it is clear who typed it. */
  key: (key: string, at: number) => void;
  /** True: this Enter ends a card and belongs to nobody else. */
  enter: (at: number) => boolean;
  /** Any other key, or silence: what was held was typed by a person. */
  flush: () => void;
}

export interface WedgeOutput {
  card: (text: string) => void;
  /** the keys of a person, in order */
  typed: (keys: string[]) => void;
}

/** Decides who typed. Times are milliseconds of one clock. */
export function createWedgeFilter(output: WedgeOutput): WedgeFilter {
  let held: string[] = [];
  let last = -Infinity;
  const flush = (): void => {
    const keys = held;
    held = [];
    if (keys.length > 0) output.typed(keys);
  };
  return {
    flush,
    key(key, at) {
      if (at - last >= WEDGE_GAP_MS || held.length >= TOO_LONG) flush();
      held.push(key);
      last = at;
    },
    enter(at) {
      const isCard = held.length >= WEDGE_KEYS && at - last < WEDGE_GAP_MS;
      if (!isCard) {
        flush();
        return false;
      }
      const text = held.join('');
      held = [];
      output.card(text);
      return true;
    },
  };
}
