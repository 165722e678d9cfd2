import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { TAP_PROGRAM } from '#server/testing/programs';

export type TapStatus = {
  readonly tap_id: number;
  readonly number: number | null;
  readonly phase: string | null;
  readonly online: boolean;
  readonly poured_ml: number | null;
  readonly unsynced: number;
  readonly refusal: string | null;
  /** what a card of the staff is offered, or is about */
  readonly staff: string | null;
  readonly rinsed_ml: number | null;
  readonly calibration_version: number | null;
  readonly rinsed_pulses: number | null;
};

export type TapProcess = {
  readonly child: ChildProcess;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  log(): string;
  screenPort(): number;
  status(): Promise<TapStatus[]>;
  act(order: {
    tap: number;
    action: 'lay' | 'remove' | 'pour';
    uid?: string;
    ml?: number;
    rate?: number;
  }): Promise<void>;
  /** waits until the first tap looks like this */
  until(what: string, isSo: (tap: TapStatus) => boolean, patience_ms?: number): Promise<TapStatus>;
  kill9(): Promise<void>;
  stop(): Promise<void>;
};

export type TapOptions = {
  readonly directory: string;
  readonly args?: readonly string[];
  readonly fault_point?: string;
  readonly valve_log?: string;
};

export async function untilTrue<Value>(
  what: string,
  read: () => Promise<Value> | Value,
  isSo: (value: Value) => boolean,
  patience_ms = 15_000,
): Promise<Value> {
  const until = Date.now() + patience_ms;
  for (;;) {
    const value = await read();
    if (isSo(value)) return value;
    if (Date.now() > until) throw new Error(`waited in vain for ${what}; last seen ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Runs `tap-node/main.ts` to its end and answers what it said. */
export async function runTapCommand(
  args: readonly string[],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [TAP_PROGRAM, ...args], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('exit', (status) => resolve(status)));
  return { code, output };
}

/** The real tap process with exact simulated hardware, steered through its local control. */
export async function startTap(options: TapOptions): Promise<TapProcess> {
  const args = ['--data', options.directory, '--exact', '--screen-port', '0', ...(options.args ?? [])];
  const child = spawn(process.execPath, [TAP_PROGRAM, ...args], {
    env: {
      ...cleanEnvironment(),
      ...(options.fault_point && { TAPTILL_FAULT_POINT: options.fault_point }),
      ...(options.valve_log && { TAPTILL_VALVE_LOG: options.valve_log }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (log += text.toString()));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  const endWithTest = () => void child.kill('SIGKILL');
  process.once('exit', endWithTest);
  void exited.then(() => process.off('exit', endWithTest));
  await untilTrue(
    'the guest screen',
    () => log,
    (text) => /localhost:\d+/.test(text) || child.exitCode !== null,
  );
  const port = Number(/localhost:(\d+)/.exec(log)?.[1]);
  if (!port) throw new Error(`the tap did not start:\n${log}`);
  const url = `http://127.0.0.1:${port}/sim`;
  const status = async () => ((await (await fetch(url)).json()) as { taps: TapStatus[] }).taps;
  return {
    child,
    exited,
    log: () => log,
    screenPort: () => port,
    status,
    async act(order) {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async until(what, isSo, patience_ms) {
      const first = await untilTrue(
        `${what}\n${log}`,
        async () => (await status())[0],
        (tap) => tap !== undefined && isSo(tap),
        patience_ms,
      );
      if (!first) throw new Error('no tap');
      return first;
    },
    async kill9() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

export type ValveRecord = {
  readonly at: number;
  readonly tap: number;
  readonly valve: 'open' | 'closed';
  readonly why: string;
  readonly pid: number;
};

export function readValveLog(file: string): ValveRecord[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ValveRecord);
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TAPTILL_|NODE_OPTIONS$|VITEST)/.test(name)),
  );
}
