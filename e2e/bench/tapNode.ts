import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RealBar } from '#tap-node/testing/realBar';
import { readValveLog, startTap, untilTrue } from '#tap-node/testing/tapProcess';
import type { TapProcess } from '#tap-node/testing/tapProcess';
import { cpuSeconds, memoryMb, percentile } from './figures.ts';

/** Of the real tap process and the real holder of its valves; every time is wall time between two processes of this machine. */
export interface TapNodeFigures {
  kill_to_closed: Spread;
  /** with the order's way through the simulated reader's local control in it */
  removal_to_closed: Spread;
  idle: Cost;
  pouring: Cost & { taps: number };
}
interface Spread {
  times: number;
  p50_ms: number;
  max_ms: number;
}
interface Cost {
  rss_mb: number;
  /** of one core; what drives the valves is in it */
  cpu_percent: number;
}

const OPEN_VALVE = fileURLToPath(new URL('../../tap-node/testing/openValveScript.ts', import.meta.url));
const TAPS = 16;
/** A bar begins with taps of its own. */
export const NUMBERS = Array.from({ length: TAPS }, (_, index) => index + 3);
const FIRST = NUMBERS[0] ?? 0;

export async function tapNodeFigures(times: number, say: (line: string) => void): Promise<TapNodeFigures> {
  const kill_to_closed = spreadOf(await inTurn(times, killOnce));
  say(
    `kill -9 of a node → its valve closed: p50 ${kill_to_closed.p50_ms} ms, max ${kill_to_closed.max_ms} ms`,
  );
  const bar = await RealBar.open();
  const directory = mkdtempSync(join(tmpdir(), 'taptill-bench-node-'));
  const valve_log = join(directory, 'valves');
  let tap: TapProcess | null = null;
  try {
    await enrolTaps(bar, directory);
    tap = await startTap({ directory, valve_log });
    const node = tap;
    await node.until('idle taps', ({ phase }) => phase === 'idle', 30_000);
    await pause(3_000);
    const idle = await costOf(node, 10_000);
    say(`a node of ${TAPS} taps, idle: ${idle.rss_mb} MB, ${idle.cpu_percent} % of a core`);
    const { uid } = await bar.guest();
    const removal_to_closed = spreadOf(await inTurn(times, () => removeOnce(node, { valve_log, uid })));
    say(
      `card removed → valve closed: p50 ${removal_to_closed.p50_ms} ms, max ${removal_to_closed.max_ms} ms`,
    );
    await pourOnAll(bar, node);
    const pouring = { taps: TAPS, ...(await costOf(node, 6_000)) };
    say(`… with ${TAPS} taps pouring: ${pouring.rss_mb} MB, ${pouring.cpu_percent} % of a core`);
    return { kill_to_closed, removal_to_closed, idle, pouring };
  } finally {
    await tap?.stop();
    await bar.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function inTurn(times: number, work: () => Promise<number>): Promise<number[]> {
  const measured: number[] = [];
  for (let done = 0; done < times; done++) measured.push(await work());
  return measured;
}

function spreadOf(measured: readonly number[]): Spread {
  return { times: measured.length, p50_ms: percentile(measured, 50), max_ms: Math.max(...measured) };
}

const closedAfter = (log: string, since: number) =>
  untilTrue(
    'a closed valve',
    () => readValveLog(log).findLast(({ valve, at }) => valve === 'closed' && at >= since),
    (seen) => seen !== undefined,
  );

async function killOnce(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'taptill-bench-valve-'));
  const log = join(directory, 'valves');
  const child = spawn(process.execPath, [OPEN_VALVE, log], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await new Promise<void>((open) => child.stdout.once('data', () => open()));
    const killed_at = Date.now();
    child.kill('SIGKILL');
    return ((await closedAfter(log, killed_at))?.at ?? Infinity) - killed_at;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function removeOnce(tap: TapProcess, on: { valve_log: string; uid: string }): Promise<number> {
  await tap.act({ tap: FIRST, action: 'lay', uid: on.uid });
  await tap.until('an open valve', ({ phase }) => phase === 'pouring');
  await tap.act({ tap: FIRST, action: 'pour', ml: 10, rate: 400 });
  await tap.until('10 ml', ({ poured_ml }) => poured_ml === 10);
  const removed_at = Date.now();
  await tap.act({ tap: FIRST, action: 'remove' });
  const closed = await closedAfter(on.valve_log, removed_at);
  await tap.until('the verdict', ({ phase, unsynced }) => phase === 'idle' && unsynced === 0);
  return (closed?.at ?? Infinity) - removed_at;
}

export async function enrolTaps(bar: RealBar, directory: string): Promise<number[]> {
  const tap_ids: number[] = [];
  for (const number of NUMBERS) tap_ids.push(await bar.newTap(number));
  await bar.enrol({ name: 'Bench', tap_ids, directory });
  return tap_ids;
}

async function pourOnAll(bar: RealBar, tap: TapProcess): Promise<void> {
  for (const number of NUMBERS) {
    const { uid } = await bar.guest();
    await tap.act({ tap: number, action: 'lay', uid });
  }
  await untilTrue(
    'open valves',
    () => tap.status(),
    (taps) => taps.every(({ phase }) => phase === 'pouring'),
    30_000,
  );
  for (const number of NUMBERS) await tap.act({ tap: number, action: 'pour', ml: 1_000, rate: 59 });
}

async function costOf(tap: TapProcess, ms: number): Promise<Cost> {
  const pid = tap.child.pid ?? 0;
  const before = cpuSeconds(pid);
  await pause(ms);
  const cpu_percent = Math.round(((cpuSeconds(pid) - before) * 100_000) / ms);
  return { rss_mb: memoryMb(pid), cpu_percent };
}
