import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal, OpenJournal } from '#tap-node/journal/journal';
import { openJournalHere } from '#tap-node/journal/journalHere';
import type { FinishedPour } from '#tap-node/journal/rows';
import type { VirtualTime } from '#tap-node/testing/virtualTime';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { Truth } from './truth.ts';

export type SimDiskOptions = {
  readonly folder: string;
  readonly tap_ids: readonly number[];
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly history: History;
  readonly truth: Truth;
  /** the node's clock on the wall */
  readonly wall: () => number;
  /** a planted fault: a write is answered before it is on the disk, and a power cut takes it */
  readonly answers_early: boolean;
};

type Write = () => Promise<void>;

const MIN_MS = 2;
const MOST_MS = 120;
const EARLY_MS = 1_500;
const FULL_BYTES = 1024;
const ROOMY_BYTES = 2 ** 40;

/** A database with its log, or nothing where there is none. */
function copy(from: string, to: string): void {
  for (const end of ['', '-wal', '-shm']) {
    rmSync(to + end, { force: true });
    if (end !== '-shm' && existsSync(from + end)) copyFileSync(from + end, to + end);
  }
}

/**
 * The SD card of a node: the product's own journal in a real file. A write takes its time; until then it is nowhere, and a
 * power cut in between loses it, or leaves it written but never confirmed.
 */
export class SimDisk {
  full = false;
  readonly #options: SimDiskOptions;
  readonly #confirmed = new Map<number, string>();
  #pending: Write[] = [];
  #working: Promise<void> = Promise.resolve();
  #snapshot_at = -Infinity;

  constructor(options: SimDiskOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
  }

  get folder(): string {
    return this.#options.folder;
  }

  /** the pour of this tap whose intent was confirmed last in this boot */
  intended(tap_id: number): string | null {
    return this.#confirmed.get(tap_id) ?? null;
  }

  readonly open: OpenJournal = async (start, onDeath) => {
    const { wall, dice } = this.#options;
    this.#pending = [];
    this.#working = Promise.resolve();
    this.#confirmed.clear();
    const machine = {
      hex: (bytes: number) => dice.hex(bytes),
      free_bytes: () => (this.full ? FULL_BYTES : ROOMY_BYTES),
    };
    const { journal, opened } = await openJournalHere(wall, machine)(start, onDeath);
    for (const pour of opened.unsynced) this.#noteEnd(pour.tap_id, pour.client_tx_id, pour.end);
    return { journal: this.#slow(journal), opened };
  };

  /** The power goes: what waits is lost, and of the write under way nobody knows. */
  async losePower(): Promise<void> {
    const [first] = this.#pending;
    this.#pending = [];
    const made_it = first !== undefined && this.#options.dice.chance(0.5);
    if (made_it) await first().catch(() => undefined);
    this.#options.history.note('power gone', { write: first ? (made_it ? 'made it' : 'lost') : 'none' });
  }

  /** The node must be off. */
  keepImage(): void {
    copy(join(this.folder, 'journal.sqlite'), join(this.folder, 'image'));
  }

  /** The node must be off: an empty card, or the one that somebody had copied before. */
  swap(to: 'empty' | 'image'): void {
    copy(join(this.folder, to), join(this.folder, 'journal.sqlite'));
    const { truth, tap_ids } = this.#options;
    for (const pour of truth.pours.values()) if (tap_ids.includes(pour.tap_id)) pour.journal_lost = true;
  }

  /** After the power went and the file is closed: with the planted fault, what was answered early is not there. */
  forgetUnsynced(): void {
    if (!this.#options.answers_early) return;
    copy(join(this.folder, 'older'), join(this.folder, 'journal.sqlite'));
    this.#snapshot_at = -Infinity;
  }

  #slow(real: Journal): Journal {
    const write = <Result>(work: () => Promise<Result>, then: (result: Result) => void = () => undefined) =>
      this.#write(work, then);
    const after = async <Result>(read: () => Promise<Result>): Promise<Result> => {
      await this.#working;
      return read();
    };
    return {
      intent: (tap_id, tx, body) =>
        write(
          () => real.intent(tap_id, tx, body),
          () => {
            this.#confirmed.set(tap_id, tx);
            this.#options.truth.pourOf(tx, tap_id);
          },
        ),
      checkpoint: (tx, body) => write(() => real.checkpoint(tx, body)),
      end: (tx, body) =>
        write(
          () => real.end(tx, body),
          () => this.#noteEnd(null, tx, body),
        ),
      verdict: (tx, verdict) => write(() => real.verdict(tx, verdict)),
      flow: (flow) => write(() => real.flow(flow)),
      flowTold: (flow_id) => write(() => real.flowTold(flow_id)),
      setIncarnation: (incarnation) => write(() => real.setIncarnation(incarnation)),
      noteTill: (life) => write(() => real.noteTill(life)),
      finished: (above) => after(() => real.finished(above)),
      marks: () => after(() => real.marks()),
      journalled: () => after(() => real.journalled()),
      isFull: () => real.isFull(),
      close: async () => {
        await this.#flush();
        await real.close();
      },
    };
  }

  #write<Result>(work: () => Promise<Result>, then: (result: Result) => void): Promise<Result> {
    const { time, dice } = this.#options;
    const ms = dice.between(MIN_MS, MOST_MS);
    const one: Write = () => work().then(then);
    this.#pending.push(one);
    const begun = this.#working;
    const result = begun.then(
      () =>
        new Promise<Result>((resolve, reject) => {
          time.after(ms, () => {
            if (!this.#pending.includes(one)) return;
            this.#pending = this.#pending.filter((other) => other !== one);
            this.#takeSnapshot();
            work().then((answer) => {
              then(answer);
              resolve(answer);
            }, reject);
          });
        }),
    );
    const over = () => undefined;
    this.#working = result.then(over, over);
    return result;
  }

  async #flush(): Promise<void> {
    for (const write of this.#pending.splice(0)) await write();
  }

  /** Of the planted fault only: what a power cut will go back to. */
  #takeSnapshot(): void {
    const { answers_early, time, folder } = this.#options;
    if (!answers_early || time.monotonic() - this.#snapshot_at < EARLY_MS) return;
    this.#snapshot_at = time.monotonic();
    copy(join(folder, 'newer'), join(folder, 'older'));
    copy(join(folder, 'journal.sqlite'), join(folder, 'newer'));
  }

  #noteEnd(tap_id: number | null, tx: string, end: Pick<FinishedPour['end'], 'ml' | 'end_reason'>): void {
    const { truth } = this.#options;
    const pour = tap_id === null ? truth.pours.get(tx) : truth.pourOf(tx, tap_id);
    if (pour) pour.ended = { ml: end.ml, reason: end.end_reason };
  }
}
