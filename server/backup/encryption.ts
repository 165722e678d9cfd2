import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { BackupError } from './backupError.ts';

/**
 * The outside of a backup file: three lines that say how it is sealed, then chunks of 64 KiB, each under AES-256-GCM with a
 * nonce that counts and says whether it is the last one, then a closing line. So a chunk can be neither changed, moved, left
 * out nor cut off, and a file of any size needs memory for one chunk.
 */
const MAGIC = 'TAPTILL BACKUP 1';
export const CLOSING = Buffer.from('\nTAPTILL END\n');
const CHUNK = 64 * 1024;
const TAG = 16;
const HEADER_LIMIT = 4096;
/** 64 MiB and about 0.2 s for each guess. */
const COST = { N: 2 ** 16, r: 8, p: 1 };
const HIGHEST_N = 2 ** 20;
const SHORTEST = 8;

interface Header {
  readonly kdf: 'scrypt';
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
  readonly nonce: string;
  /** tells a wrong passphrase from a damaged file; derived beside the key, so it says nothing about it */
  readonly check: string;
}

/** @throws BackupError when the passphrase is too short to protect anything */
export function requirePassphrase(passphrase: string | undefined): string {
  const wanted = (passphrase ?? '').normalize('NFKC');
  if (wanted.length >= SHORTEST) return wanted;
  throw new BackupError(
    `A backup holds the bar's keys and its guests' names, so it needs a passphrase of at least ${SHORTEST} characters: ` +
      'put it into a file and name that by --passphrase-file, or set TAPTILL_BACKUP_PASSPHRASE.',
  );
}

const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest();

async function deriveKey(
  passphrase: string,
  { N, r, p, salt }: Pick<Header, 'N' | 'r' | 'p' | 'salt'>,
): Promise<{ key: Buffer; check: Buffer }> {
  const derived = await new Promise<Buffer>((resolve, reject) => {
    const options = { N, r, p, maxmem: 256 * N * r };
    scrypt(passphrase.normalize('NFKC'), Buffer.from(salt, 'hex'), 64, options, (error, made) =>
      error ? reject(error) : resolve(made),
    );
  });
  return { key: derived.subarray(0, 32), check: sha256(derived.subarray(32)) };
}

function nonceOf(header: Header, index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  Buffer.from(header.nonce, 'hex').copy(nonce);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Cuts a stream into pieces of one size; the last is marked and may be shorter, also empty. */
async function* pieces(
  source: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<{ piece: Buffer; last: boolean }> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes <= size) continue;
    let rest = Buffer.concat(held);
    // One piece is always held back: only the end of the source tells which is the last.
    while (rest.length > size) {
      yield { piece: rest.subarray(0, size), last: false };
      rest = rest.subarray(size);
    }
    held = [rest];
    bytes = rest.length;
  }
  yield { piece: Buffer.concat(held), last: true };
}

export async function* encrypt(
  source: AsyncIterable<Buffer>,
  passphrase: string,
): AsyncGenerator<Buffer, void, undefined> {
  const salt = randomBytes(16).toString('hex');
  const { key, check } = await deriveKey(requirePassphrase(passphrase), { ...COST, salt });
  const nonce = randomBytes(7).toString('hex');
  const header: Header = { kdf: 'scrypt', ...COST, salt, nonce, check: check.toString('hex') };
  const lines = `${MAGIC}\n${JSON.stringify(header)}\n`;
  const bound = sha256(lines);
  yield Buffer.from(`${lines}${bound.toString('hex')}\n`);
  let index = 0;
  for await (const { piece, last } of pieces(source, CHUNK)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(header, index, last)).setAAD(bound);
    yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
    index += 1;
  }
  yield CLOSING;
}

/** `source` is the whole file without its closing line. @throws BackupError naming what is wrong with the file */
export async function* decrypt(
  source: AsyncIterable<Buffer>,
  passphrase: string,
  name: string,
): AsyncGenerator<Buffer, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    const { header, bound, rest } = await readHeader(iterator, name);
    const key = await keyOf(header, passphrase, name);
    let index = 0;
    for await (const { piece, last } of pieces(onward(rest, iterator), CHUNK + TAG)) {
      const opened = openPiece(piece, key, { nonce: nonceOf(header, index, last), bound });
      if (!opened)
        throw new BackupError(
          `The backup ${name} was changed or damaged (block ${index + 1}): use another copy.`,
        );
      yield opened;
      index += 1;
    }
  } finally {
    await iterator.return?.();
  }
}

async function keyOf(header: Header, passphrase: string, name: string): Promise<Buffer> {
  const { key, check } = await deriveKey(passphrase, header);
  if (timingSafeEqual(check, Buffer.from(header.check, 'hex'))) return key;
  throw new BackupError(`The passphrase does not fit the backup ${name}.`);
}

function openPiece(piece: Buffer, key: Buffer, by: { nonce: Buffer; bound: Buffer }): Buffer | undefined {
  if (piece.length < TAG) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, by.nonce).setAAD(by.bound);
  decipher.setAuthTag(piece.subarray(piece.length - TAG));
  const opened = decipher.update(piece.subarray(0, piece.length - TAG));
  try {
    decipher.final();
    return opened;
  } catch {
    return undefined;
  }
}

async function* onward(rest: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield rest;
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
}

interface Opening {
  readonly header: Header;
  readonly bound: Buffer;
  readonly rest: Buffer;
}

async function readHeader(iterator: AsyncIterator<Buffer>, name: string): Promise<Opening> {
  let bytes: Buffer = Buffer.alloc(0);
  while (bytes.length < HEADER_LIMIT) {
    const next = await iterator.next();
    if (next.done) break;
    bytes = Buffer.concat([bytes, next.value]);
  }
  const [magic = '', json = '', sum = ''] = bytes.subarray(0, HEADER_LIMIT).toString('latin1').split('\n', 3);
  if (magic !== MAGIC) {
    const newer = magic.startsWith('TAPTILL BACKUP ');
    throw new BackupError(
      newer
        ? `The backup ${name} has a format that this Taptill does not know: restore it with the version that made it, or a newer one.`
        : `${name} is not a Taptill backup.`,
    );
  }
  const lines = `${magic}\n${json}\n`;
  const bound = sha256(lines);
  const damaged = new BackupError(
    `The backup ${name} was changed or damaged (its first lines): use another copy.`,
  );
  if (sum !== bound.toString('hex')) throw damaged;
  const header = JSON.parse(json) as Header;
  const { N, r, p, salt, nonce, check } = header;
  const hex = /^[0-9a-f]+$/;
  const sane = N > 1 && N <= HIGHEST_N && r === 8 && p >= 1 && p <= 4;
  if (
    !sane ||
    check.length !== 64 ||
    nonce.length !== 14 ||
    ![check, nonce, salt].every((text) => hex.test(text))
  )
    throw damaged;
  return { header, bound, rest: bytes.subarray(lines.length + sum.length + 1) };
}
