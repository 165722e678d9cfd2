import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TAP_PROGRAM } from '#server/testing/programs';
import type { Place } from './twoNetworks.ts';
import { waitFor } from './waitFor.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** In which network a tap is, and by which address the till is reached from there; this machine's loopback unless said. */
export interface Where {
  readonly place: Place;
  readonly till_host: string;
}

export interface EnrolledDirectory {
  readonly directory: string;
  readonly node_id: number;
  readonly tap_ids: readonly number[];
  readonly where?: Where;
}

export interface TapOptions {
  readonly directory: string;
  readonly where?: Where;
  /** where the till is reached, directly or through a proxy */
  readonly lanPort: number;
  /** `checkpoint.written`, `settle.sent:2`, … : where the process stops dead */
  readonly faultPoint?: string;
  readonly seed?: number;
  /** simulated meters with noise and a tail; exact unless said */
  readonly noisy?: boolean;
}

/** What `GET /sim` says of a tap. */
export interface SimTap {
  readonly tap_id: number;
  readonly number: number | null;
  readonly phase: string | null;
  readonly online: boolean;
  readonly card: string | null;
  readonly wanted_ml: number;
  readonly poured_ml: number | null;
  readonly unsynced: number;
  readonly refusal: string | null;
}

/** A line of the holder of the valves. */
export interface ValveLine {
  readonly at: number;
  readonly tap: number;
  readonly valve: 'open' | 'closed';
  readonly why: string;
  readonly pid: number;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** by this process's clock, so never before the end itself */
  readonly at: number;
}

/** A real tap-node process with simulated hardware; `number` is the tap's at the bar, 1 unless said. */
export interface TapProcess {
  readonly pid: number;
  readonly directory: string;
  /** of the guest screen and of the hands at the simulated hardware */
  readonly url: string;
  readonly exited: Promise<Ended>;
  readonly log: () => string;
  state(number?: number): Promise<SimTap>;
  lay(uid: string, number?: number): Promise<void>;
  remove(number?: number): Promise<void>;
  /** The guest holds a glass of `ml` under the tap. */
  pour(ml: number, options?: { rate?: number; number?: number }): Promise<void>;
  /** What the guest sees. */
  view(number?: number): Promise<GuestView>;
  /** What was driven since this data directory exists, by the holders of the valves of all starts. */
  valves(): ValveLine[];
  waitForPhase(phase: string, options?: { number?: number; within?: number }): Promise<SimTap>;
  kill9(): Promise<Ended>;
  stop(): Promise<void>;
}
export type GuestView = { readonly look: string; readonly code?: readonly string[] } & Readonly<
  Record<string, unknown>
>;

/** `npm run tap -- --enrol CODE`, as a person would. */
export async function enrolByCli(enrolment: {
  code: string;
  directory: string;
  lanPort: number;
  where?: Where;
}) {
  const { code, directory, where } = enrolment;
  const child = spawnTap(['--enrol', code, '--data', directory, '--till', tillUrl(enrolment)], { where });
  const { code: status } = await child.exited;
  if (status !== 0) throw new Error(`The node was not enrolled:\n${child.log()}`);
  const file = readFileSync(join(directory, 'node.json'), 'utf8');
  const { node_id, tap_ids } = JSON.parse(file) as { node_id: number; tap_ids: number[] };
  return { directory, node_id, tap_ids, ...(where && { where }) } satisfies EnrolledDirectory;
}

export async function startTapProcess(options: TapOptions): Promise<TapProcess> {
  const valveLog = join(options.directory, 'valves.log');
  const screenPort = (await options.where?.place.openDoor()) ?? 0;
  const child = spawnTap(
    [
      ...['--data', options.directory, '--till', tillUrl(options)],
      ...['--screen-port', String(screenPort), '--simulate', '1', '--seed', String(options.seed ?? 1)],
      ...(options.noisy ? [] : ['--exact']),
    ],
    {
      where: options.where,
      env: {
        TAPTILL_VALVE_LOG: valveLog,
        ...(options.faultPoint && { TAPTILL_FAULT_POINT: options.faultPoint }),
      },
    },
  );
  const hint = (): string => child.log().slice(-2_000);
  const url = await waitFor(
    'the tap says where its screen is',
    () => {
      if (child.ended()) throw new Error('it ended');
      return /guest screen: (http:\/\/localhost:\d+)\//.exec(child.log())?.[1];
    },
    { hint },
  );
  const state = async (number = 1): Promise<SimTap> => {
    const answer = await fetch(`${url}/sim`);
    const { taps } = (await answer.json()) as { taps: SimTap[] };
    const [only, ...others] = taps;
    const found = others.length === 0 && only?.number === null ? only : taps.find((t) => t.number === number);
    if (!found) throw new Error(`tap ${number} is not told yet`);
    return found;
  };
  const act = async (body: object): Promise<void> => {
    const answer = await fetch(`${url}/sim`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${JSON.stringify(body)}: ${await answer.text()}`);
  };
  return {
    pid: child.pid,
    directory: options.directory,
    url,
    exited: child.exited,
    log: child.log,
    state,
    lay: (uid, number = 1) => act({ action: 'lay', tap: number, uid }),
    remove: (number = 1) => act({ action: 'remove', tap: number }),
    pour: (ml, { rate = 400, number = 1 } = {}) => act({ action: 'pour', tap: number, ml, rate }),
    view: (number = 1) => firstView(`${url}/tap/${number}/events`),
    valves: () => readValves(valveLog),
    waitForPhase: (phase, { number = 1, within } = {}) =>
      waitFor(
        `tap ${number} is ${phase}`,
        async () => {
          const now = await state(number);
          return now.phase === phase ? now : undefined;
        },
        { within, hint },
      ),
    async kill9() {
      child.kill('SIGKILL');
      return child.exited;
    },
    async stop() {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 8_000);
      await child.exited;
      clearTimeout(force);
    },
  };
}

export function readValves(file: string): ValveLine[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ValveLine);
}

async function firstView(url: string): Promise<GuestView> {
  const abort = new AbortController();
  const { body } = await fetch(url, { signal: AbortSignal.any([abort.signal, AbortSignal.timeout(3_000)]) });
  let text = '';
  try {
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      const found = /event: view\ndata: (.*)\n\n/.exec(text)?.[1];
      if (found) return JSON.parse(found) as GuestView;
    }
  } finally {
    abort.abort();
  }
  throw new Error('the guest screen said nothing');
}

const running = new Set<() => void>();
process.once('exit', () => {
  for (const kill of running) kill();
});

const tillUrl = ({ where, lanPort }: { where?: Where; lanPort: number }): string =>
  `https://${where?.till_host ?? '127.0.0.1'}:${lanPort}`;

function spawnTap(
  args: readonly string[],
  { where, env }: { where?: Where | undefined; env?: Readonly<Record<string, string>> } = {},
) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(TAPTILL_|FF_|DATABASE_)/.test(name));
  const [program = '', ...rest] = [
    ...(where?.place.command ?? []),
    ...[process.execPath, TAP_PROGRAM, ...args],
  ];
  const child = spawn(program, rest, {
    cwd: ROOT,
    env: { ...Object.fromEntries(kept), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (log += text.toString()));
  const kill = (signal: NodeJS.Signals = 'SIGKILL'): void => void child.kill(signal);
  const killAtExit = (): void => kill();
  running.add(killAtExit);
  const exited = new Promise<Ended>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true;
      running.delete(killAtExit);
      resolve({ code, signal, at: Date.now() });
    });
  });
  return { pid: child.pid ?? 0, exited, ended: () => ended, log: () => log, kill };
}
