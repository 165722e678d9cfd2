import { appendFileSync } from 'node:fs';
import type { HolderStart } from './holderWords.ts';
import { HeldLine } from './pi/heldLine.ts';
import type { ValveLevel } from './pi/gpioTools.ts';

/*
 * Holds the outputs of the valves in a process of its own, so that they fall to closed when the node dies or freezes:
 * - the end of standard input closes every valve before this process ends
 * - so does silence on it for longer than the lease while a valve is open
 * - killed itself, it takes with it what drives the lines
 * Lines in: `open <tap>`, `close <tap>`, each answered in turn by `done` or `failed <why>`, and `alive`.
 * Lines out unasked: `lost <tap> <why>` and `held <tap>`.
 */
const start = JSON.parse(process.argv[2] ?? '{}') as HolderStart;
const open = new Set<string>();
const lines = new Map<string, HeldLine>();
let heard_at = performance.now();

function say(line: string): void {
  process.stdout.write(`${line.replaceAll('\n', ' ')}\n`);
}

function record(tap: string, valve: ValveLevel, why: string): void {
  if (start.log)
    appendFileSync(
      start.log,
      `${JSON.stringify({ at: Date.now(), tap: Number(tap), valve, why, pid: process.pid })}\n`,
    );
}

function drive(tap: string, valve: ValveLevel, why: string): Promise<void> {
  if (valve === 'open') open.add(tap);
  else open.delete(tap);
  const driven = lines.get(tap)?.drive(valve) ?? Promise.resolve();
  record(tap, valve, why);
  return driven;
}

async function closeAll(): Promise<void> {
  const ends = [...lines.values()].map((line) => line.end());
  for (const tap of [...open]) {
    open.delete(tap);
    record(tap, 'closed', 'stdin_ended');
  }
  await Promise.all(ends);
  process.exit(0);
}

for (const [tap, wiring] of Object.entries(start.gpio?.wirings ?? {})) {
  const listener = { lost: (why: string) => say(`lost ${tap} ${why}`), held: () => say(`held ${tap}`) };
  const line = new HeldLine({ wiring, generation: start.gpio?.generation ?? 1, listener });
  lines.set(tap, line);
  line.drive('closed').catch(() => undefined);
}

const { lease_ms } = start;
if (lease_ms !== null)
  setInterval(() => {
    if (performance.now() - heard_at <= lease_ms) return;
    for (const tap of [...open]) {
      drive(tap, 'closed', 'lease_over').catch(() => undefined);
      say(`lost ${tap} the node was silent for longer than ${lease_ms} ms, so its valve was closed`);
      say(`held ${tap}`);
    }
  }, lease_ms / 10);

// the terminal signals the whole group: the valves are still held until the node itself is gone
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.stdout.on('error', () => undefined);

/** Answers stay in the order of the questions. */
let answers: Promise<void> = Promise.resolve();
function obey(order: string, tap: string, why: string): void {
  const driven = drive(tap, order === 'open' ? 'open' : 'closed', why);
  const answered = driven.then(
    () => 'done',
    (problem: Error) => `failed ${problem.message}`,
  );
  answers = answers.then(async () => say(await answered));
}

let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk: string) => {
  heard_at = performance.now();
  const words = (rest + chunk).split('\n');
  rest = words.pop() ?? '';
  for (const line of words) {
    const [order, tap, why] = line.split(' ');
    if (tap && (order === 'open' || order === 'close')) obey(order, tap, why ?? 'order');
  }
});
let closing = false;
for (const end of ['end', 'error', 'close'])
  process.stdin.on(end, () => {
    if (closing) return;
    closing = true;
    void closeAll();
  });
