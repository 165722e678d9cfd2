import { renameSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type {
  CheckpointBody,
  EndBody,
  FinishedPour,
  IntentBody,
  JournalledFlow,
  JournalRow,
  Opened,
  TapMark,
} from './rows.ts';
import type { TillLife } from '#domain/node/tillLife';
import type { Verdict } from '#domain/pour/statuses';

/*
 * The node's memory: SQLite, write-ahead log, every commit on the disk before it is answered. INVARIANTS:
 * - rows are only appended; a pour's rows are pruned days after its verdict, never before
 * - seq is per tap and per journal id, without gaps; it grows in the transaction that writes the intent
 * - an open intent found at the start is ended here, before anything else, with what its last checkpoint says
 */

/** Below this much free space no new pour begins; what is under way still fits. */
export const DISK_FLOOR_BYTES = 32 * 1024 * 1024;
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS taps (
  tap_id INTEGER PRIMARY KEY,
  seq_high INTEGER NOT NULL CHECK (seq_high >= 0),
  meter_total_ml INTEGER NOT NULL CHECK (meter_total_ml >= 0)
) STRICT;
CREATE TABLE IF NOT EXISTS rows (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('intent', 'checkpoint', 'end', 'verdict')),
  tap_id INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 1),
  client_tx_id TEXT NOT NULL,
  body TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS rows_one_intent ON rows (client_tx_id) WHERE kind = 'intent';
CREATE UNIQUE INDEX IF NOT EXISTS rows_one_end ON rows (client_tx_id) WHERE kind = 'end';
CREATE TABLE IF NOT EXISTS flows (
  flow_id TEXT PRIMARY KEY,
  tap_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  pulses INTEGER NOT NULL,
  ml INTEGER NOT NULL,
  written_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS rows_by_pour ON rows (client_tx_id, kind);
`;

export type StoreOptions = {
  readonly file: string;
  readonly boot_id: string;
  readonly now: () => number;
  /** free bytes where the journal lies; a parameter so that a full disk can be tested */
  readonly free_bytes?: () => number;
  /** random bytes as lower-case hex, for the name of a new journal; a parameter so that a simulation repeats */
  readonly hex?: (bytes: number) => string;
  /** called before each write; a test ends the process there */
  readonly before_write?: (what: string) => void;
};

type RawRow = {
  id: number;
  kind: string;
  tap_id: number;
  seq: number;
  client_tx_id: string;
  body: string;
  crc: number;
};

export class JournalFull extends Error {
  override readonly name = 'JournalFull';
}

export class JournalStore {
  readonly #options: StoreOptions;
  readonly #db: DatabaseSync;
  #chain = 0;

  private constructor(db: DatabaseSync, options: StoreOptions) {
    this.#db = db;
    this.#options = options;
  }

  /** Opens or creates the journal and ends what a power cut left open. */
  static open(options: StoreOptions): { store: JournalStore; opened: Opened } {
    let damage: string | null = null;
    let db: DatabaseSync;
    try {
      db = openDatabase(options.file);
    } catch (problem) {
      damage = moveAside(options.file, problem);
      db = openDatabase(options.file);
    }
    const store = new JournalStore(db, options);
    damage ??= store.#verifyChain();
    const recovered = store.#endOpenIntents();
    return { store, opened: store.#describe(recovered, damage) };
  }

  /** The intent of a pour: durable when this returns. Answers its seq. */
  intent(tap_id: number, client_tx_id: string, body: IntentBody): number {
    if (this.isFull()) throw new JournalFull('less disk space than the journal needs');
    return this.#commit('intent', () => {
      const mark = this.#markOf(tap_id);
      const seq = mark.seq_high + 1;
      this.#db
        .prepare(
          'INSERT INTO taps (tap_id, seq_high, meter_total_ml) VALUES (?, ?, 0) ON CONFLICT (tap_id) DO UPDATE SET seq_high = excluded.seq_high',
        )
        .run(tap_id, seq);
      this.#append({ kind: 'intent', tap_id, seq, client_tx_id, body });
      return seq;
    });
  }

  checkpoint(client_tx_id: string, body: { pulses: number; ml: number; duration_ms: number }): void {
    const { tap_id, seq } = this.#pourOf(client_tx_id);
    this.#commit('checkpoint', () => this.#append({ kind: 'checkpoint', tap_id, seq, client_tx_id, body }));
  }

  /** The end of a pour: durable when this returns. Twice is once. */
  end(client_tx_id: string, body: Omit<EndBody, 'ended_boot_id'>): void {
    const { tap_id, seq } = this.#pourOf(client_tx_id);
    if (this.#last(client_tx_id, 'end')) return;
    this.#commit('end', () => {
      this.#append({
        kind: 'end',
        tap_id,
        seq,
        client_tx_id,
        body: { ...body, ended_boot_id: this.#options.boot_id },
      });
      this.#db
        .prepare('UPDATE taps SET meter_total_ml = meter_total_ml + ? WHERE tap_id = ?')
        .run(body.ml, tap_id);
    });
  }

  /** The till's verdict: after it the pour leaves the queue, and days later the file. */
  verdict(client_tx_id: string, verdict: Verdict): void {
    const { tap_id, seq } = this.#pourOf(client_tx_id);
    this.#commit('verdict', () =>
      this.#append({ kind: 'verdict', tap_id, seq, client_tx_id, body: { verdict } }),
    );
    this.#prune();
  }

  /** Flow that belongs to no pour: durable when this returns. Twice is once. */
  flow({ flow_id, tap_id, kind, pulses, ml }: JournalledFlow): void {
    this.#commit('flow', () =>
      this.#db
        .prepare('INSERT INTO flows VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (flow_id) DO NOTHING')
        .run(flow_id, tap_id, kind, pulses, ml, Math.round(this.#options.now())),
    );
  }

  /** The till has it: nobody asks for it again. */
  flowTold(flow_id: string): void {
    this.#commit('flow_told', () => this.#db.prepare('DELETE FROM flows WHERE flow_id = ?').run(flow_id));
  }

  #flows(): JournalledFlow[] {
    const rows = this.#db
      .prepare('SELECT flow_id, tap_id, kind, pulses, ml FROM flows ORDER BY written_at, flow_id')
      .all() as unknown as JournalledFlow[];
    return rows.map((row) => ({ ...row }));
  }

  /** The highest incarnation of the till that this node has seen. */
  setIncarnation(incarnation: string): void {
    this.#commit('fact', () => this.#setFact('incarnation', incarnation));
  }

  /** The latest till that this node has heard, so that an older one is known at the next start (H27). */
  noteTill(life: TillLife): void {
    this.#commit('fact', () => {
      this.#setFact('incarnation', life.incarnation);
      this.#setFact('till', JSON.stringify(life));
    });
  }

  /** Finished pours without a verdict; with `above`, also those above the till's marks, verdict or not. */
  finished(above: ReadonlyMap<number, number> | null = null): FinishedPour[] {
    const ends = this.#db
      .prepare("SELECT * FROM rows WHERE kind = 'end' ORDER BY tap_id, seq")
      .all() as unknown as RawRow[];
    return ends
      .filter((row) =>
        above && above.has(row.tap_id)
          ? row.seq > (above.get(row.tap_id) ?? 0) || !this.#last(row.client_tx_id, 'verdict')
          : !this.#last(row.client_tx_id, 'verdict'),
      )
      .map((row) => this.#finishedOf(row))
      .filter((pour) => pour !== null);
  }

  marks(): TapMark[] {
    return (
      this.#db.prepare('SELECT tap_id, seq_high, meter_total_ml FROM taps ORDER BY tap_id').all() as TapMark[]
    ).map(({ tap_id, seq_high, meter_total_ml }) => ({ tap_id, seq_high, meter_total_ml }));
  }

  journalled(): string[] {
    const rows = this.#db
      .prepare("SELECT client_tx_id FROM rows WHERE kind = 'intent' ORDER BY id DESC LIMIT 10000")
      .all();
    return (rows as unknown as RawRow[]).map((row) => row.client_tx_id);
  }

  isFull(): boolean {
    const free = this.#options.free_bytes ?? (() => freeBytes(this.#options.file));
    return free() < DISK_FLOOR_BYTES;
  }

  close(): void {
    this.#db.close();
  }

  #endOpenIntents(): string[] {
    const open = this.#db
      .prepare(
        "SELECT * FROM rows i WHERE kind = 'intent' AND NOT EXISTS (SELECT 1 FROM rows e WHERE e.client_tx_id = i.client_tx_id AND e.kind = 'end') ORDER BY id",
      )
      .all() as unknown as RawRow[];
    for (const { client_tx_id } of open) {
      const last = this.#last(client_tx_id, 'checkpoint');
      const reached = (last && (readJson(last.body) as CheckpointBody | null)) ?? {
        pulses: 0,
        ml: 0,
        duration_ms: 0,
      };
      this.end(client_tx_id, { ...reached, end_reason: 'power_loss' });
    }
    return open.map((row) => row.client_tx_id);
  }

  #describe(recovered: string[], damage: string | null): Opened {
    return {
      journal_id: this.#factOf('journal_id') ?? '',
      incarnation: this.#factOf('incarnation'),
      till: readJson(this.#factOf('till') ?? 'null') as TillLife | null,
      marks: this.marks(),
      journalled: this.journalled(),
      unsynced: this.finished(),
      flows: this.#flows(),
      recovered,
      damage,
    };
  }

  #commit<Result>(what: string, work: () => Result): Result {
    const chain = this.#chain;
    this.#options.before_write?.(what);
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#options.before_write?.(`${what}.commit`);
      this.#db.exec('COMMIT');
      return result;
    } catch (problem) {
      this.#chain = chain;
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw problem;
    }
  }

  #append(row: JournalRow): void {
    const body = JSON.stringify(row.body);
    const crc = crcOf(this.#chain, { ...row, body });
    this.#db
      .prepare(
        'INSERT INTO rows (kind, tap_id, seq, client_tx_id, body, written_at, crc) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(row.kind, row.tap_id, row.seq, row.client_tx_id, body, Math.round(this.#options.now()), crc);
    this.#chain = crc;
  }

  /** Follows the chain from its base. A new break is told to the till by a new journal id; nothing is thrown away. */
  #verifyChain(): string | null {
    let chain = Number(this.#factOf('chain_base') ?? 0);
    const known = Number(this.#factOf('broken_until') ?? 0);
    let broken: number | null = null;
    for (const row of this.#db.prepare('SELECT * FROM rows ORDER BY id').iterate() as Iterable<unknown>) {
      const raw = row as RawRow;
      if (raw.id > known && crcOf(chain, raw) !== raw.crc) broken = raw.id;
      chain = raw.crc;
    }
    this.#chain = chain;
    if (this.#factOf('journal_id') === null || broken !== null)
      this.#commit('fact', () => {
        this.#setFact('journal_id', this.#newId());
        if (broken !== null) this.#setFact('broken_until', String(broken));
      });
    if (broken === null) return null;
    return `The journal's row ${broken} is not as it was written; the journal goes on under a new id, and the till will ask for a review.`;
  }

  #newId(): string {
    const hex = this.#options.hex ?? ((bytes: number) => randomBytes(bytes).toString('hex'));
    return hex(16);
  }

  #prune(): void {
    const before = Math.round(this.#options.now()) - KEPT_MS;
    const kept = this.#db
      .prepare(
        `SELECT id FROM rows r WHERE r.written_at >= ? OR NOT EXISTS
           (SELECT 1 FROM rows v WHERE v.client_tx_id = r.client_tx_id AND v.kind = 'verdict' AND v.written_at < ?)
         ORDER BY id LIMIT 1`,
      )
      .get(before, before) as { id: number } | undefined;
    const until = kept?.id ?? 0;
    const last = this.#db.prepare('SELECT crc FROM rows WHERE id < ? ORDER BY id DESC LIMIT 1').get(until);
    if (!last) return;
    this.#commit('prune', () => {
      this.#setFact('chain_base', String((last as { crc: number }).crc));
      this.#db.prepare('DELETE FROM rows WHERE id < ?').run(until);
    });
  }

  /** Null: damaged beyond reading. Such a row stays in the file, and the break of the chain has told the till. */
  #finishedOf(row: RawRow): FinishedPour | null {
    const intent = this.#last(row.client_tx_id, 'intent');
    const read = intent && {
      intent: readJson(intent.body) as IntentBody | null,
      end: readJson(row.body) as EndBody | null,
    };
    if (!read?.intent || !read.end) return null;
    const { tap_id, seq, client_tx_id } = row;
    return { tap_id, seq, client_tx_id, intent: read.intent, end: read.end };
  }

  #pourOf(client_tx_id: string): RawRow {
    const intent = this.#last(client_tx_id, 'intent');
    if (!intent) throw new Error(`the journal holds no intent of ${client_tx_id}`);
    return intent;
  }

  #last(client_tx_id: string, kind: string): RawRow | undefined {
    return this.#db
      .prepare('SELECT * FROM rows WHERE client_tx_id = ? AND kind = ? ORDER BY id DESC LIMIT 1')
      .get(client_tx_id, kind) as unknown as RawRow | undefined;
  }

  #markOf(tap_id: number): { seq_high: number } {
    const mark = this.#db.prepare('SELECT seq_high FROM taps WHERE tap_id = ?').get(tap_id);
    return (mark as { seq_high: number } | undefined) ?? { seq_high: 0 };
  }

  #factOf(name: string): string | null {
    const fact = this.#db.prepare('SELECT value FROM facts WHERE name = ?').get(name);
    return (fact as { value: string } | undefined)?.value ?? null;
  }

  #setFact(name: string, value: string): void {
    this.#db
      .prepare(
        'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      )
      .run(name, value);
  }
}

function crcOf(
  previous: number,
  row: { kind: string; tap_id: number; seq: number; client_tx_id: string; body: string },
): number {
  return crc32([previous, row.kind, row.tap_id, row.seq, row.client_tx_id, row.body].join('\n'));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    db.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;',
    );
    assertDurable(db);
    db.exec(SCHEMA);
    const check = db.prepare('PRAGMA quick_check').get() as { quick_check: string };
    if (check.quick_check !== 'ok') throw new Error(check.quick_check);
    return db;
  } catch (problem) {
    db.close();
    throw problem;
  }
}

/** Set is not enough: a file system may refuse the log, and then a commit would be no promise. */
function assertDurable(db: DatabaseSync): void {
  const { journal_mode } = db.prepare('PRAGMA journal_mode').get() as { journal_mode: string };
  const { synchronous } = db.prepare('PRAGMA synchronous').get() as { synchronous: number };
  if (journal_mode !== 'wal' || synchronous !== 2)
    throw new Error(`the journal needs WAL and FULL, but got ${journal_mode} and ${synchronous}`);
}

function isDamage(problem: unknown): boolean {
  return (
    problem instanceof Error && /malformed|not a database|quick_check|corrupt|\*\*\*/i.test(problem.message)
  );
}

function moveAside(file: string, problem: unknown): string {
  if (problem instanceof Error && /locked/.test(problem.message))
    throw new Error(
      `Another tap process uses ${dirname(file)}: stop it first, or choose another folder with --data.`,
    );
  if (!isDamage(problem)) throw problem;
  const aside = `${file}.damaged-${Date.now()}`;
  for (const end of ['', '-wal', '-shm'])
    try {
      renameSync(file + end, aside + end);
    } catch (missing) {
      if (end === '') throw missing;
    }
  return `The journal's file was damaged and lies now in ${aside}; a new journal was begun, and the till will ask for a review.`;
}

function freeBytes(file: string): number {
  const { bavail, bsize } = statfsSync(dirname(file));
  return bavail * bsize;
}
