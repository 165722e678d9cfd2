import { setTimeout as pause } from 'node:timers/promises';

/**
 * Open loop: each lane begins a cycle every `period_ms`, whether the one before is done or not matters not to the clock; a cycle that
 * could not begin in time counts from when it should have begun, so that a stalled server cannot hide its stall.
 */
export async function openLoop<Lane, T>(
  lanes: readonly Lane[],
  options: { period_ms: number; duration_ms: number },
  cycle: (lane: Lane) => Promise<T>,
): Promise<{ result: T; late_ms: number }[]> {
  const began = performance.now();
  const results: { result: T; late_ms: number }[] = [];
  await Promise.all(
    lanes.map(async (lane, index) => {
      const offset = (index * options.period_ms) / lanes.length;
      for (let due = offset; due < options.duration_ms; due += options.period_ms) {
        await pause(Math.max(0, began + due - performance.now()));
        const late_ms = Math.max(0, performance.now() - began - due);
        results.push({ result: await cycle(lane), late_ms });
      }
    }),
  );
  return results;
}

/** Closed loop: every lane begins the next cycle when the last is done. Cycles per second. */
export async function closedLoop<Lane>(
  lanes: readonly Lane[],
  duration_ms: number,
  cycle: (lane: Lane) => Promise<unknown>,
): Promise<number> {
  const began = performance.now();
  let cycles = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      while (performance.now() - began < duration_ms) {
        await cycle(lane);
        cycles += 1;
      }
    }),
  );
  return Math.round((cycles / ((performance.now() - began) / 1000)) * 10) / 10;
}
