import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Supervisor, type Child } from './supervise.ts';

/** A child whose life the test directs. */
class FakeChild implements Child {
  readonly heard: unknown[] = [];
  killed = false;
  private exitListener: (code: number | null) => void = () => undefined;
  private messageListener: (message: unknown) => void = () => undefined;

  post(message: unknown): void {
    this.heard.push(message);
  }
  kill(): void {
    this.killed = true;
    this.end(null);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.messageListener = listener;
  }
  onExit(listener: (code: number | null) => void): void {
    this.exitListener = listener;
  }
  end(code: number | null): void {
    this.exitListener(code);
  }
  say(message: unknown): void {
    this.messageListener(message);
  }
}

describe('Supervisor', () => {
  let children: FakeChild[];
  let downs: (number | null)[];
  let messages: unknown[];
  let goOn: boolean;
  let supervisor: Supervisor;

  beforeEach(() => {
    vi.useFakeTimers();
    children = [];
    downs = [];
    messages = [];
    goOn = true;
    supervisor = new Supervisor({
      start: () => {
        const child = new FakeChild();
        children.push(child);
        return child;
      },
      onMessage: (message) => messages.push(message),
      onDown: (code) => {
        downs.push(code);
        return goOn;
      },
      firstWaitMs: 100,
      longestWaitMs: 400,
      steadyMs: 5_000,
    });
    supervisor.start();
  });
  afterEach(() => vi.useRealTimers());

  const last = (): FakeChild => children.at(-1)!;

  it('starts a dead child again with waits that double up to their bound', () => {
    for (const wait of [100, 200, 400, 400]) {
      const before = children.length;
      last().end(1);
      vi.advanceTimersByTime(wait - 1);
      expect(children).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(children).toHaveLength(before + 1);
    }
    expect(downs).toEqual([1, 1, 1, 1]);
  });

  it('waits shortly again after a steady run', () => {
    last().end(1);
    vi.advanceTimersByTime(100);
    last().end(1);
    vi.advanceTimersByTime(200);
    vi.advanceTimersByTime(5_000);
    last().end(1);
    vi.advanceTimersByTime(100);
    expect(children).toHaveLength(4);
  });

  it('asks the child to stop, kills it after the grace and starts none again', async () => {
    const stopped = supervisor.stop(1_000);
    expect(last().heard).toEqual([{ type: 'stop' }]);
    expect(last().killed).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(last().killed).toBe(true);
    await stopped;
    vi.advanceTimersByTime(60_000);
    supervisor.start();
    expect(children).toHaveLength(1);
    expect(downs).toEqual([]);
  });

  it('stops between two starts as well', async () => {
    last().end(1);
    await supervisor.stop(1_000);
    vi.advanceTimersByTime(60_000);
    expect(children).toHaveLength(1);
  });

  it('renews by ending the old child before it starts the new one', async () => {
    const renewed = supervisor.renew(1_000);
    expect(children).toHaveLength(1);
    last().end(0);
    await renewed;
    expect(children).toHaveLength(2);
    expect(downs).toEqual([]);
  });

  it('never has two children when it is renewed twice at once', async () => {
    const both = [supervisor.renew(1_000), supervisor.renew(1_000)];
    children[0]!.end(0);
    await Promise.all(both);
    expect(children).toHaveLength(2);
  });

  it('does not start again what its owner has given up', () => {
    goOn = false;
    last().end(1);
    vi.advanceTimersByTime(60_000);
    expect(children).toHaveLength(1);
  });

  it('passes on what the present child says', () => {
    last().say({ type: 'ready' });
    expect(messages).toEqual([{ type: 'ready' }]);
  });
});
