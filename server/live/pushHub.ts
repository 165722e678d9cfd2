import type { NodeCommand } from '#domain/protocol/node';

/** Commands on their way to the nodes that are connected to this process. A node that is away learns by its heartbeat. */
export interface PushHub {
  push(node_id: number, command: NodeCommand): void;
  pushAll(command: NodeCommand): void;
  /** One node's commands until the signal; a second connection of the same node gets them too. */
  commands(node_id: number, signal: AbortSignal): AsyncGenerator<NodeCommand, void>;
  connected(): number[];
}

const WAITING_AT_MOST = 200;

export function pushHub(): PushHub {
  const inboxes = new Map<number, Set<Inbox>>();
  const push = (node_id: number, command: NodeCommand): void => {
    for (const inbox of inboxes.get(node_id) ?? []) inbox.put(command);
  };
  return {
    push,
    pushAll(command) {
      for (const node_id of inboxes.keys()) push(node_id, command);
    },
    async *commands(node_id, signal) {
      const inbox = new Inbox(signal);
      const mine = inboxes.get(node_id) ?? new Set();
      inboxes.set(node_id, mine.add(inbox));
      try {
        for (;;) {
          const command = await inbox.next();
          if (command === undefined) return;
          yield command;
        }
      } finally {
        mine.delete(inbox);
        if (mine.size === 0 && inboxes.get(node_id) === mine) inboxes.delete(node_id);
      }
    },
    connected: () => [...inboxes.keys()],
  };
}

class Inbox {
  private waiting: NodeCommand[] = [];
  private full = false;
  private wake: (() => void) | undefined;
  private readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
    signal.addEventListener('abort', () => this.wake?.(), { once: true });
  }

  /** A node that reads nothing is cut off rather than told half: it comes back and says hello. */
  put(command: NodeCommand): void {
    if (this.waiting.length >= WAITING_AT_MOST) this.full = true;
    else this.waiting.push(command);
    this.wake?.();
  }

  async next(): Promise<NodeCommand | undefined> {
    for (;;) {
      if (this.signal.aborted || this.full) return undefined;
      const command = this.waiting.shift();
      if (command) return command;
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = undefined;
    }
  }
}
