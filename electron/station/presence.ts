export interface Timers {
  set(work: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

export interface PresenceOptions {
  /** Presence flaps 50–300 ms on a reader's edge; an absence shorter than this is none. */
  flapMs: number;
  timers: Timers;
  onScan: (uid: string, reader: string) => void;
  onRemoved: (uid: string, reader: string) => void;
}

interface Lying {
  uid: string;
  /** Runs while the reader says that the card is away. */
  away?: unknown;
}

/**
 * Which card lies on which reader.
 *
 * INVARIANTS
 * - A scan is told at once; a removal only after `flapMs`.
 * - Scans and removals of one reader alternate: nothing is removed that was not scanned.
 */
export class Presence {
  private readonly lying = new Map<string, Lying>();
  private readonly options: PresenceOptions;

  constructor(options: PresenceOptions) {
    this.options = options;
  }

  laid(uid: string, reader: string): void {
    const before = this.lying.get(reader);
    if (before?.uid === uid) return this.stays(before);
    if (before) this.forget(reader, before);
    this.lying.set(reader, { uid });
    this.options.onScan(uid, reader);
  }

  lifted(reader: string): void {
    const card = this.lying.get(reader);
    if (card === undefined || card.away !== undefined) return;
    card.away = this.options.timers.set(() => this.forget(reader, card), this.options.flapMs);
  }

  /** The reader itself is gone: its card is too, at once. */
  unplugged(reader: string): void {
    const card = this.lying.get(reader);
    if (card) this.forget(reader, card);
  }

  private stays(card: Lying): void {
    this.options.timers.clear(card.away);
    card.away = undefined;
  }

  private forget(reader: string, card: Lying): void {
    this.options.timers.clear(card.away);
    this.lying.delete(reader);
    this.options.onRemoved(card.uid, reader);
  }
}
