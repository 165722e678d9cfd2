import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { leaseClock } from './leaseClock.ts';

const LEASE_MS = 140_000;
const G1 = 'grant-1';
let ended: string[];
const clock = { now: () => new Date(), monotonic: () => performance.now() };

beforeEach(() => {
  ended = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => vi.useRealTimers());
const end = async (grant_id: string) => void ended.push(grant_id);

it('a lease ends once, at its time', async () => {
  const leases = leaseClock(clock, end);
  leases.start(G1, LEASE_MS);
  await vi.advanceTimersByTimeAsync(LEASE_MS - 1_000);
  expect(ended).toEqual([]);
  expect(leases.leftMs(G1)).toBe(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ended).toEqual([G1]);
  expect(leases.leftMs(G1)).toBe(0);
  await vi.advanceTimersByTimeAsync(10 * LEASE_MS);
  expect(ended).toEqual([G1]);
});

it('H24: a jump of the till clock by three days ends no lease', async () => {
  const leases = leaseClock(clock, end);
  leases.start(G1, LEASE_MS);
  vi.setSystemTime(Date.now() + 3 * 24 * 3_600_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ended).toEqual([]);
  expect(leases.leftMs(G1)).toBe(LEASE_MS - 1_000);
});

it('a grant that has ended is forgotten', async () => {
  const leases = leaseClock(clock, end);
  leases.start(G1, LEASE_MS);
  leases.forget(G1);
  expect(leases.leftMs(G1)).toBe(0);
  await vi.advanceTimersByTimeAsync(LEASE_MS);
  expect(ended).toEqual([]);
});

it('begun anew, a lease runs its whole time', async () => {
  const leases = leaseClock(clock, end);
  leases.start(G1, LEASE_MS);
  await vi.advanceTimersByTimeAsync(100_000);
  leases.start(G1, LEASE_MS);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(ended).toEqual([]);
  await vi.advanceTimersByTimeAsync(40_000);
  expect(ended).toEqual([G1]);
});

it('while the database is away the end is tried again and again', async () => {
  let away = true;
  const errors: unknown[] = [];
  const leases = leaseClock(
    clock,
    async (grant_id) => {
      if (away) throw new Error('the database restarts');
      ended.push(grant_id);
    },
    (error) => errors.push(error),
  );
  leases.start(G1, LEASE_MS);
  await vi.advanceTimersByTimeAsync(LEASE_MS + 20_000);
  expect(ended).toEqual([]);
  expect(errors.length).toBeGreaterThan(3);
  away = false;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(ended).toEqual([G1]);
});

it('stopped, it ends nothing more', async () => {
  const leases = leaseClock(clock, end);
  leases.start(G1, LEASE_MS);
  leases.stop();
  await vi.advanceTimersByTimeAsync(LEASE_MS);
  expect(ended).toEqual([]);
});
