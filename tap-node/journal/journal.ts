import { Worker } from 'node:worker_threads';
import { siblingScript } from '#tap-node/siblingScript';
import type { TillLife } from '#domain/node/tillLife';
import type { Verdict } from '#domain/pour/statuses';
import type {
  CheckpointBody,
  EndBody,
  FinishedPour,
  IntentBody,
  JournalledFlow,
  Opened,
  TapMark,
} from './rows.ts';

/** The journal as the agents see it. Each promise is kept when what it wrote is on the disk. */
export type Journal = {
  /** @throws JournalProblem 'full' when the disk is nearly full: then nothing was written */
  intent(tap_id: number, client_tx_id: string, body: IntentBody): Promise<number>;
  checkpoint(client_tx_id: string, body: CheckpointBody): Promise<void>;
  end(client_tx_id: string, body: Omit<EndBody, 'ended_boot_id'>): Promise<void>;
  verdict(client_tx_id: string, verdict: Verdict): Promise<void>;
  flow(flow: JournalledFlow): Promise<void>;
  flowTold(flow_id: string): Promise<void>;
  setIncarnation(incarnation: string): Promise<void>;
  noteTill(life: TillLife): Promise<void>;
  finished(above: ReadonlyMap<number, number> | null): Promise<FinishedPour[]>;
  marks(): Promise<TapMark[]>;
  journalled(): Promise<string[]>;
  isFull(): Promise<boolean>;
  close(): Promise<void>;
};

type Calls = { [Name in keyof Journal]: Parameters<Journal[Name]> };
export type JournalCall = { [Name in keyof Calls]: { call: Name; args: Calls[Name] } }[keyof Calls];
export type JournalRequest = { readonly id: number } & JournalCall;
export type JournalReply = {
  readonly id: number;
  readonly result?: unknown;
  readonly problem?: string;
  readonly full?: boolean;
};
export type JournalStart = { readonly file: string; readonly boot_id: string };
export type OpenJournal = (
  start: JournalStart,
  onDeath: (problem: Error) => void,
) => Promise<{ journal: Journal; opened: Opened }>;

export class JournalProblem extends Error {
  override readonly name = 'JournalProblem';
  readonly full: boolean;
  constructor(message: string, full: boolean) {
    super(message);
    this.full = full;
  }
}

type Waiting = { resolve: (result: unknown) => void; reject: (problem: Error) => void };

/** SQLite commits may take most of a second on an SD card: they happen in a thread of their own, in the order asked. */
export const openJournal: OpenJournal = async (start, onDeath) => {
  const worker = new Worker(siblingScript(import.meta.url, './journalWorker'), {
    workerData: start,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 },
  });
  const waiting = new Map<number, Waiting>();
  let next = 1;
  let closing = false;

  const opened = await new Promise<Opened>((resolve, reject) => {
    waiting.set(0, { resolve: (result) => resolve(result as Opened), reject });
    worker.on('message', (reply: JournalReply) => settle(waiting, reply));
    worker.on('error', (problem: Error) => failAll(problem));
    worker.on('exit', () => failAll(new Error('the journal’s thread ended')));
  });

  function failAll(problem: Error): void {
    for (const one of waiting.values()) one.reject(problem);
    waiting.clear();
    if (!closing) onDeath(problem);
    closing = true;
  }

  function ask<Name extends keyof Calls>(call: Name, ...args: Calls[Name]): ReturnType<Journal[Name]> {
    const id = next++;
    const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
    worker.postMessage({ id, call, args });
    return answer as ReturnType<Journal[Name]>;
  }

  const journal: Journal = {
    intent: (...args) => ask('intent', ...args),
    checkpoint: (...args) => ask('checkpoint', ...args),
    end: (...args) => ask('end', ...args),
    verdict: (...args) => ask('verdict', ...args),
    flow: (...args) => ask('flow', ...args),
    flowTold: (...args) => ask('flowTold', ...args),
    setIncarnation: (...args) => ask('setIncarnation', ...args),
    noteTill: (...args) => ask('noteTill', ...args),
    finished: (...args) => ask('finished', ...args),
    marks: () => ask('marks'),
    journalled: () => ask('journalled'),
    isFull: () => ask('isFull'),
    async close() {
      closing = true;
      await ask('close');
      await worker.terminate();
    },
  };
  return { journal, opened };
};

function settle(waiting: Map<number, Waiting>, reply: JournalReply): void {
  const one = waiting.get(reply.id);
  waiting.delete(reply.id);
  if (reply.problem !== undefined) one?.reject(new JournalProblem(reply.problem, reply.full === true));
  else one?.resolve(reply.result);
}
