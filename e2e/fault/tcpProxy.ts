import { createHash } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Line } from './badLine.ts';

/**
 * A network between a node and its till. TLS goes through it unread, so it can delay, withhold, lose replies, reset and half-close,
 * but it can neither change nor repeat what is said.
 */
export interface TcpProxy extends Line {
  readonly port: number;
  /** Everything goes through again. What was withheld arrives; a connection that lost something is reset. */
  heal(): void;
  /** A partition: connections stay, nothing moves in either direction, new ones are not answered. */
  hold(): void;
  loseReplies(): void;
  /** RST to both sides of every connection. */
  reset(): void;
  /** The till sees the node's end of every connection closed, the node does not; or the other way round. */
  halfClose(seenBy: 'till' | 'node'): void;
  /** Delays and resets, chunk by chunk, as the seed says. */
  disturb(chaos: Chaos): void;
  readonly seen: { connections: number; lost_bytes: number; resets: number };
  close(): Promise<void>;
}

export interface Chaos {
  readonly seed: number;
  readonly most_delay_ms: number;
  /** of a thousand chunks so many end their connection */
  readonly resets_permille: number;
}

export type Direction = 'to_till' | 'to_node';
type Mode =
  { readonly kind: 'pass' | 'hold' | 'lose_replies' } | { readonly kind: 'disturb'; readonly chaos: Chaos };

interface Link {
  readonly number: number;
  readonly node: Socket;
  readonly till: Socket;
  /** how often the node spoke after it was answered; from the second time on, requests are answered */
  flights: number;
  last: Direction;
  /** something was withheld for ever */
  maimed: boolean;
  readonly chunks: Record<Direction, number>;
}

export async function startTcpProxy(tillPort: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  const waiting = new Set<Socket>();
  const seen = { connections: 0, lost_bytes: 0, resets: 0 };
  let mode: Mode = { kind: 'pass' };
  let spoilt = 0;

  const resetLink = (link: Link): void => {
    if (!links.delete(link)) return;
    seen.resets += 1;
    spoilt += 1;
    link.node.resetAndDestroy();
    link.till.resetAndDestroy();
  };

  const forward = async (link: Link, direction: Direction, chunk: Buffer): Promise<void> => {
    if (direction === 'to_till' && link.last === 'to_node') link.flights += 1;
    link.last = direction;
    if (mode.kind === 'lose_replies' && direction === 'to_node' && link.flights > 0) {
      link.maimed = true;
      seen.lost_bytes += chunk.length;
      spoilt += 1;
      return;
    }
    if (mode.kind === 'disturb') {
      const fate = fateOf(mode.chaos, { link: link.number, direction, chunk: link.chunks[direction]++ });
      if (fate.reset) return resetLink(link);
      await pause(fate.delay_ms);
    }
    (direction === 'to_till' ? link.till : link.node).write(chunk);
  };

  const pipe = (link: Link, direction: Direction): void => {
    const [from, to] = direction === 'to_till' ? [link.node, link.till] : [link.till, link.node];
    from.on('data', (chunk: Buffer) => {
      from.pause();
      void forward(link, direction, chunk).then(() => mode.kind !== 'hold' && from.resume());
    });
    from.on('end', () => to.end());
    from.on('error', () => undefined);
    from.on('close', () => {
      links.delete(link);
      to.destroy();
    });
  };

  const join = (node: Socket): void => {
    const till = connect({ port: tillPort, host: '127.0.0.1', allowHalfOpen: true });
    const chunks = { to_till: 0, to_node: 0 };
    const link: Link = {
      number: seen.connections++,
      node,
      till,
      flights: 0,
      last: 'to_till',
      maimed: false,
      chunks,
    };
    links.add(link);
    for (const socket of [node, till]) socket.setNoDelay(true);
    pipe(link, 'to_till');
    pipe(link, 'to_node');
    node.resume();
  };

  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (node) => {
    if (mode.kind !== 'hold') return join(node);
    waiting.add(node);
    node.on('error', () => undefined);
    node.on('close', () => waiting.delete(node));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    seen,
    heal() {
      mode = { kind: 'pass' };
      for (const link of [...links]) {
        if (link.maimed) resetLink(link);
        link.node.resume();
        link.till.resume();
      }
      for (const node of waiting) join(node);
      waiting.clear();
      spoilt = 0;
    },
    hold() {
      mode = { kind: 'hold' };
      for (const link of links) {
        spoilt += 1;
        link.node.pause();
        link.till.pause();
      }
    },
    lost: () => spoilt,
    loseReplies: () => void (mode = { kind: 'lose_replies' }),
    reset() {
      for (const link of [...links]) resetLink(link);
    },
    halfClose(seenBy) {
      for (const link of links) {
        spoilt += 1;
        link[seenBy].end();
      }
    },
    disturb: (chaos) => void (mode = { kind: 'disturb', chaos }),
    async close() {
      for (const link of [...links]) resetLink(link);
      for (const node of waiting) node.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What happens to the n-th chunk of a connection: of the seed alone, whenever it comes. */
export function fateOf(
  chaos: Chaos,
  of: { link: number; direction: Direction; chunk: number },
): { reset: boolean; delay_ms: number } {
  const bytes = createHash('sha256').update(`${chaos.seed} ${of.link} ${of.direction} ${of.chunk}`).digest();
  return {
    reset: bytes.readUInt32BE(0) % 1000 < chaos.resets_permille,
    delay_ms: bytes.readUInt32BE(4) % (chaos.most_delay_ms + 1),
  };
}
