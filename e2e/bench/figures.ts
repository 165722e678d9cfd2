import { readdirSync, readFileSync } from 'node:fs';

/** The p-th percentile (0–100) of the values, nearest rank; one decimal. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1));
  return Math.round((sorted[at] ?? NaN) * 10) / 10;
}

export const median = (values: readonly number[]): number => percentile(values, 50);

const TICKS_PER_SECOND = 100;

/** CPU seconds that a process and all its descendants have used so far, by /proc; 0 where there is none. */
export function cpuSeconds(root: number): number {
  let ticks = 0;
  for (const pid of withDescendants(root)) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    } catch {
      // the process ended in between
    }
  }
  return ticks / TICKS_PER_SECOND;
}

/** Megabytes that a process and all its descendants hold in memory, what they share counted once; 0 where /proc does not say. */
export function memoryMb(root: number): number {
  let kilobytes = 0;
  for (const pid of withDescendants(root)) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // the process ended in between, or is somebody else's
    }
  }
  return Math.round(kilobytes / 1024);
}

function withDescendants(root: number): number[] {
  const children = new Map<number, number[]>();
  let pids: string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  for (const pid of pids) {
    try {
      const parent = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(pid)]);
    } catch {
      // the process ended in between
    }
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}
