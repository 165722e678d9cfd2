import { createHash } from 'node:crypto';
import { BackupError } from './backupError.ts';

/** Which bar, of when, in which schema: the first thing inside a backup. */
export interface Head {
  readonly format: 1;
  readonly app_version: string;
  readonly created_at: string;
  readonly incarnation: string;
  readonly server_version: string;
  /** the highest Z number, 0 before the first */
  readonly last_z: number;
  /** names in SequelizeMeta */
  readonly migrations: readonly string[];
}

/** A table's rows as COPY's text, or one file of keys/. */
export type Part =
  | { readonly kind: 'table'; readonly name: string; readonly columns: readonly string[] }
  | { readonly kind: 'key'; readonly name: string };

export interface Sequence {
  readonly table: string;
  readonly column: string;
  readonly last_value: number | null;
}

/** The last thing inside: what all of it must amount to. */
export interface Manifest {
  readonly parts: readonly { kind: Part['kind']; name: string; rows: number; sha256: string }[];
  readonly sequences: readonly Sequence[];
  /** sha256 over every ledger entry with its transaction, in order of the entries */
  readonly ledger: { readonly entries: number; readonly hash: string };
}

type Mark = 'H' | 'P' | 'D' | 'E' | 'M';
const MARKS = 'HPDEM';
const LONGEST = 64 * 1024 * 1024;
const NEWLINE = 10;

function record(mark: Mark, payload: Buffer): Buffer {
  const start = Buffer.alloc(5);
  start.write(mark, 0, 'latin1');
  start.writeUInt32BE(payload.length, 1);
  return Buffer.concat([start, payload]);
}

const json = (mark: Mark, value: unknown): Buffer => record(mark, Buffer.from(JSON.stringify(value)));

export const headRecord = (head: Head): Buffer => json('H', head);
export const manifestRecord = (manifest: Manifest): Buffer => json('M', manifest);

type PartEnd = { rows: number; sha256: string };

/** One part as records; `ended` hears what it amounted to. */
export async function* partRecords(
  part: Part,
  data: AsyncIterable<Buffer>,
  ended: (end: PartEnd) => void,
): AsyncGenerator<Buffer> {
  yield json('P', part);
  const sum = measure();
  for await (const bytes of data) {
    sum.add(bytes);
    yield record('D', bytes);
  }
  ended(sum.end());
  yield json('E', sum.end());
}

/** COPY's text has one newline byte per row: those inside values are escaped. */
function measure(): { add(bytes: Buffer): void; end(): PartEnd } {
  const hash = createHash('sha256');
  let rows = 0;
  let end: PartEnd | undefined;
  return {
    add: (bytes) => {
      hash.update(bytes);
      for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) rows += 1;
    },
    end: () => (end ??= { rows, sha256: hash.digest('hex') }),
  };
}

export interface Reader {
  head(head: Head): Promise<void> | void;
  /** What it does not read of `data` is read past. Answers how many rows it took, where that can be said. */
  part(part: Part, data: AsyncIterable<Buffer>): Promise<number | undefined>;
}

/** Walks through a backup's parts in their order, each checked at its end against what was written. */
export async function readParts(source: AsyncIterable<Buffer>, reader: Reader): Promise<Manifest> {
  const records = readRecords(source);
  try {
    await reader.head(take<Head>(await records.next(), 'H'));
    return await readToEnd(records, reader);
  } finally {
    await records.return();
  }
}

async function readToEnd(records: Records, reader: Reader): Promise<Manifest> {
  const found: Manifest['parts'][number][] = [];
  for (;;) {
    const next = await records.next();
    if (!next.done && next.value.mark === 'M') {
      const manifest = take<Manifest>(next, 'M');
      const rest = await records.next();
      if (!rest.done || JSON.stringify(manifest.parts) !== JSON.stringify(found)) throw inconsistent();
      return manifest;
    }
    const part = take<Part>(next, 'P');
    found.push({ kind: part.kind, name: part.name, ...(await readPart(part, records, reader)) });
  }
}

async function readPart(part: Part, records: Records, reader: Reader): Promise<PartEnd> {
  const sum = measure();
  let said: PartEnd | undefined;
  async function* data(): AsyncGenerator<Buffer> {
    while (!said) {
      const next = await records.next();
      if (!next.done && next.value.mark === 'D') {
        sum.add(next.value.payload);
        yield next.value.payload;
      } else said = take<PartEnd>(next, 'E');
    }
  }
  const taken = await reader.part(part, data());
  for await (const _ of data());
  const end = sum.end();
  if (said?.rows !== end.rows || said.sha256 !== end.sha256 || (taken ?? end.rows) !== end.rows)
    throw inconsistent(part.name);
  return end;
}

const inconsistent = (name = 'its list of contents'): BackupError =>
  new BackupError(
    `The backup does not hold together (${name}): it was written by a faulty program; use another one.`,
  );

type Record = { mark: Mark; payload: Buffer };
type Records = AsyncGenerator<Record, void, undefined>;

function take<T>(next: IteratorResult<Record, void>, mark: Mark): T {
  if (next.done || next.value.mark !== mark) throw inconsistent();
  return JSON.parse(next.value.payload.toString('utf8')) as T;
}

async function* readRecords(source: AsyncIterable<Buffer>): Records {
  let held: Buffer[] = [];
  let bytes = 0;
  let wanted = 5;
  for await (const chunk of source) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < wanted) continue;
    let rest: Buffer = Buffer.concat(held);
    while (rest.length >= (wanted = lengthOf(rest))) {
      yield { mark: rest.toString('latin1', 0, 1) as Mark, payload: rest.subarray(5, wanted) };
      rest = rest.subarray(wanted);
    }
    held = [rest];
    bytes = rest.length;
  }
  if (bytes > 0) throw inconsistent();
}

/** Of the record that begins here; of its start while that is not all there. */
function lengthOf(bytes: Buffer): number {
  if (bytes.length < 5) return 5;
  const length = bytes.readUInt32BE(1);
  if (!MARKS.includes(bytes.toString('latin1', 0, 1)) || length > LONGEST) throw inconsistent();
  return 5 + length;
}
