/**
 * A card reader without hardware: Debian's `pcscd` and its virtual reader, started for one test.
 *
 * INVARIANTS
 * - It has a socket and ports of its own, so that it neither meets the machine's pcscd nor another test's.
 * - It ends with the process that started it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureSystemPackages, SYSTEM_PACKAGES } from '#build/systemPackages';

const DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
/** What a contactless card of the NTAG kind answers to a reset: nfc-pcsc then reads it as ISO 14443-3. */
const NTAG_ATR = Buffer.from('3B8F8001804F0CA0000003060300030000000068', 'hex');
const GET_UID = 'ffca0000';
const SUCCESS = Buffer.from([0x90, 0x00]);
const NOT_SUPPORTED = Buffer.from([0x6a, 0x81]);
/** One-byte messages of the virtual reader; all but this one expect no answer. */
const ASK_ATR = 4;

/** A card lying on the virtual reader. */
export interface VirtualCard {
  remove(): void;
}

export interface VirtualReader {
  /** What a station needs in its environment to find this reader. */
  env: Record<string, string>;
  /** Lays a card on the first (0) or second (1) of the two readers; `uid` is hex without separators. */
  lay(uid: string, slot?: 0 | 1): Promise<VirtualCard>;
  /** As if the service died: both readers vanish. */
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
  close(): Promise<void>;
}

export async function startVirtualReader(): Promise<VirtualReader> {
  await ensureSystemPackages(SYSTEM_PACKAGES.reader, 'the virtual card reader');
  const folder = await mkdtemp(join(tmpdir(), 'taptill-reader-'));
  const port = await twoFreePorts();
  await writeFile(join(folder, 'reader.conf'), readerConfig(port));
  const socket = join(folder, 'pcscd.comm');
  let service: ChildProcess | undefined;
  const unplug = async (): Promise<void> => {
    if (service) await end(service);
    service = undefined;
  };
  const plugIn = async (): Promise<void> => {
    service ??= await startService(folder, socket);
  };
  await plugIn();
  return {
    env: { PCSCLITE_CSOCK_NAME: socket },
    lay: (uid, slot = 0) => layCard(port + slot, uid),
    unplug,
    plugIn,
    close: async () => {
      await unplug();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The driver opens the named port for its first reader and the one above for its second. */
function readerConfig(port: number): string {
  const channel = `0x${port.toString(16)}`;
  return [
    'FRIENDLYNAME "Virtual PCD"',
    `DEVICENAME /dev/null:${channel}`,
    `LIBPATH ${DRIVER}`,
    `CHANNELID ${channel}`,
    '',
  ].join('\n');
}

/**
 * pcscd knows one place for its socket, so it gets a view of the file system in which that place is `folder`.
 * A plain user needs a user namespace for that.
 */
async function startService(folder: string, socket: string): Promise<ChildProcess> {
  await rm(socket, { force: true });
  await rm(join(folder, 'pcscd.pid'), { force: true });
  const asUser = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const script = [
    'mount -t tmpfs tmpfs /run',
    'mkdir /run/pcscd',
    'mount --bind "$1" /run/pcscd',
    // Not on a plain user's path.
    'exec /usr/sbin/pcscd --foreground --critical --config "$1/reader.conf"',
  ].join(' && ');
  const service = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'unshare', ...asUser, '--mount', 'sh', '-c', script, 'sh', folder],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  service.stdout.on('data', (text: Buffer) => (said += text.toString()));
  service.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const failed = new Promise<never>((_resolve, reject) => {
    service.once('error', reject);
    service.once('exit', (code) =>
      reject(
        new Error(`pcscd did not start (${code}); mount namespaces must be allowed for it. ${said.trim()}`),
      ),
    );
  });
  failed.catch(() => undefined);
  await Promise.race([failed, until(() => existsSync(socket))]);
  return service;
}

async function layCard(port: number, uid: string): Promise<VirtualCard> {
  if (!/^([0-9a-f]{2})+$/i.test(uid))
    throw new Error(`"${uid}" is no UID; write it as hex without separators.`);
  const socket = await connectTo(port);
  socket.setNoDelay(true);
  let pending: Buffer = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let next = takeMessage(pending); next; next = takeMessage(pending)) {
      pending = next.rest;
      const answer = answerOf(next.message, Buffer.from(uid, 'hex'));
      if (answer) socket.write(framed(answer));
    }
  });
  return { remove: () => void socket.destroy() };
}

function answerOf(message: Buffer, uid: Buffer): Buffer | undefined {
  if (message.length === 1) return message[0] === ASK_ATR ? NTAG_ATR : undefined;
  return message.toString('hex').startsWith(GET_UID) ? Buffer.concat([uid, SUCCESS]) : NOT_SUPPORTED;
}

/** Messages are two bytes of length, big-endian, and as many bytes. */
function takeMessage(bytes: Buffer): { message: Buffer; rest: Buffer } | undefined {
  if (bytes.length < 2) return undefined;
  const end = 2 + bytes.readUInt16BE(0);
  if (bytes.length < end) return undefined;
  return { message: bytes.subarray(2, end), rest: bytes.subarray(end) };
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

async function connectTo(port: number): Promise<Socket> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await new Promise<Socket>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => resolve(socket));
        socket.once('error', reject);
      });
    } catch (error) {
      if (attempt >= 40) throw error;
      await sleep(50);
    }
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 10_000) throw new Error('pcscd has no socket after 10 s.');
    await sleep(20);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await gone;
  clearTimeout(force);
}

async function twoFreePorts(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new Error('No two neighbouring free ports between 20000 and 32000 for the virtual reader.');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '0.0.0.0', () => probe.close(() => resolve(true)));
  });
}
