import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tellSystemd } from './supervisor.ts';

describe('what systemd is told', () => {
  const told: string[] = [];
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    told.length = 0;
  });
  const notify = (word: string): void => void told.push(word);

  it('nothing without systemd', () => {
    const supervisor = tellSystemd({ WATCHDOG_USEC: '3000000' }, notify);
    supervisor.ready();
    vi.advanceTimersByTime(10_000);
    supervisor.stop();
    expect(told).toEqual([]);
  });

  it('ready, alive three times in each watchdog period, and the end', () => {
    const supervisor = tellSystemd(
      { NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '3000000' },
      notify,
    );
    supervisor.ready();
    vi.advanceTimersByTime(3_000);
    supervisor.stop();
    vi.advanceTimersByTime(3_000);
    expect(told).toEqual(['READY=1', 'WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1']);
  });

  it('no watchdog: only ready and the end', () => {
    const supervisor = tellSystemd({ NOTIFY_SOCKET: '@x' }, notify);
    supervisor.ready();
    vi.advanceTimersByTime(60_000);
    supervisor.stop();
    expect(told).toEqual(['READY=1', 'STOPPING=1']);
  });
});
