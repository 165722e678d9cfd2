import { tracked, type TrackedEnvelope } from '@trpc/server';
import type { TillEvent } from '#domain/protocol/till';
import { isAfter, readCursor, writeCursor, type Position } from './cursor.ts';
import type { EventTail, StoredEvent } from './tail.ts';

export interface EventSources {
  readonly tail: EventTail;
  readonly incarnation: string;
  /** What is not stored: volumes, cards, heartbeats. Returns the end of it. */
  attachLive(listener: (event: TillEvent) => void): () => void;
}

/** Beyond this a client reads everything anew: that is less work than what it missed. */
export const REPLAYED_AT_MOST = 1_000;
const WAITING_AT_MOST = 1_000;
/** Live figures are worth nothing when they are late. */
const LIVE_WAITING_AT_MOST = 100;

/**
 * One client's stream: attach first, then replay from its cursor, then go on; what both brought is told once. A live
 * event carries the id of the durable one before it, so it moves no cursor. Without a usable cursor, or when the client
 * is too far behind, it starts with `reset`: fetch everything anew. Ends with the signal.
 */
export async function* subscribe(
  sources: EventSources,
  lastEventId: string | null | undefined,
  signal: AbortSignal,
): AsyncGenerator<TrackedEnvelope<TillEvent>, void> {
  const { tail, incarnation } = sources;
  const inbox = new Inbox(signal);
  const detach = [
    tail.attach((events) => inbox.durable(events)),
    sources.attachLive((event) => inbox.live(event)),
  ];
  const envelope = (at: Position, event: TillEvent) => tracked(writeCursor(incarnation, at), event);
  try {
    const from = readCursor(lastEventId, incarnation);
    const missed =
      from && !isAfter(from, tail.position()) ? await tail.after(from, REPLAYED_AT_MOST + 1) : undefined;
    let at = from ?? tail.position();
    if (missed === undefined || missed.length > REPLAYED_AT_MOST) {
      at = tail.position();
      yield envelope(at, { type: 'reset' });
    } else {
      for (const one of missed) yield envelope((at = one.at), one.event);
    }
    for (;;) {
      const next = await inbox.next();
      if (next === 'ended') return;
      if (next === 'overflow') yield envelope((at = tail.position()), { type: 'reset' });
      else if (!('at' in next)) yield envelope(at, next);
      else if (isAfter(next.at, at)) yield envelope((at = next.at), next.event);
    }
  } finally {
    for (const end of detach) end();
  }
}

/** What waits for a client that reads slowly: bounded, and a durable event is never dropped in silence. */
class Inbox {
  private waiting: (StoredEvent | TillEvent)[] = [];
  private overflowed = false;
  private wake: (() => void) | undefined;
  private readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
    signal.addEventListener('abort', () => this.wake?.(), { once: true });
  }

  durable(events: readonly StoredEvent[]): void {
    if (this.overflowed) return;
    if (this.waiting.length + events.length > WAITING_AT_MOST) {
      this.waiting = [];
      this.overflowed = true;
    } else this.waiting.push(...events);
    this.wake?.();
  }

  live(event: TillEvent): void {
    if (this.overflowed || this.waiting.length >= LIVE_WAITING_AT_MOST) return;
    this.waiting.push(event);
    this.wake?.();
  }

  async next(): Promise<StoredEvent | TillEvent | 'overflow' | 'ended'> {
    for (;;) {
      if (this.signal.aborted) return 'ended';
      if (this.overflowed) {
        this.overflowed = false;
        return 'overflow';
      }
      const first = this.waiting.shift();
      if (first) return first;
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = undefined;
    }
  }
}
