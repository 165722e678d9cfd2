import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Valve } from './ports.ts';

/** All valves of one node. */
export type Valves = {
  valveOf(tap_id: number): Valve;
  /** ends the holder; it closes what is open */
  release(): void;
};

type Waiting = { resolve: () => void; reject: (problem: Error) => void };

/** Valves without hardware and without a record. */
export function unrecordedValves(): Valves {
  const done = () => Promise.resolve();
  return { valveOf: () => ({ open: done, close: done }), release: () => undefined };
}

/**
 * Valves held by a child process that writes what it drives into `log`: after a kill -9 of this process the record shows
 * that, and when, each valve closed.
 */
export function recordedValves(log: string, onLost: (problem: Error) => void): Valves {
  const holder = spawn(process.execPath, [fileURLToPath(new URL('./valveHolder.ts', import.meta.url)), log], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const waiting: Waiting[] = [];
  let released = false;

  function lost(problem: Error): void {
    for (const one of waiting.splice(0)) one.reject(problem);
    if (!released) onLost(problem);
    released = true;
  }
  holder.on('error', lost);
  holder.on('exit', () => lost(new Error('the holder of the valves ended')));
  holder.stdin.on('error', lost);
  holder.stdout.setEncoding('utf8');
  holder.stdout.on('data', (chunk: string) => {
    for (const _ of chunk.matchAll(/done\n/g)) waiting.shift()?.resolve();
  });

  function order(line: string): Promise<void> {
    if (released) return Promise.reject(new Error('the holder of the valves is gone'));
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      holder.stdin.write(`${line}\n`);
    });
  }
  return {
    valveOf: (tap_id) => ({ open: () => order(`open ${tap_id}`), close: () => order(`close ${tap_id}`) }),
    release() {
      released = true;
      holder.stdin.end();
    },
  };
}
