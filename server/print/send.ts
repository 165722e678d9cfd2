import { constants } from 'node:fs';
import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { PrinterProblem } from '#domain/receipt/documents';

export class PrinterError extends Error {
  readonly problem: PrinterProblem;

  constructor(problem: PrinterProblem, cause?: unknown) {
    super(problem, { cause });
    this.problem = problem;
  }
}

const ANSWER_MS = 5_000;

/** To a printer's raw port. Done when it has taken everything. @throws PrinterError unreachable, no_answer, cut_off */
export async function sendToNetwork(
  { host, port }: { host: string; port: number },
  bytes: Buffer,
  answer_ms = ANSWER_MS,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port });
    let connected = false;
    let taken = false;
    const fail = (problem: PrinterProblem, cause?: unknown): void => {
      socket.destroy();
      reject(new PrinterError(problem, cause));
    };
    // One that never closes its side has all the same taken what was written.
    socket.setTimeout(answer_ms, () => {
      if (!taken) return fail(connected ? 'no_answer' : 'unreachable');
      socket.destroy();
      resolve();
    });
    socket.on('connect', () => {
      connected = true;
      socket.end(bytes);
    });
    socket.on('finish', () => (taken = true));
    socket.on('error', (error) => fail(connected ? 'cut_off' : 'unreachable', error));
    socket.on('close', (failed) => {
      if (!failed) resolve();
    });
    // Printers may answer with their state; nobody reads it.
    socket.resume();
  });
}

/** To a device file such as /dev/usb/lp0. @throws PrinterError no_device, no_permission, no_answer */
export async function sendToDevice(path: string, bytes: Buffer, answer_ms = ANSWER_MS): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new PrinterError('no_answer')), answer_ms);
  });
  const writing = (async () => {
    // Never created: a printer that is not there is not a file.
    const device = await open(path, constants.O_WRONLY | constants.O_NOCTTY);
    try {
      await device.writeFile(bytes);
    } finally {
      await device.close();
    }
  })();
  writing.catch(() => undefined);
  await Promise.race([writing, late])
    .catch((error: unknown) => Promise.reject(asPrinterError(error)))
    .finally(() => clearTimeout(timer));
}

/** As a picture in a folder: whole or not at all. @throws PrinterError no_device, no_permission, no_space */
export async function saveToFolder(folder: string, name: string, content: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const file = join(folder, name);
    await writeFile(`${file}.part`, content, { flush: true });
    await rename(`${file}.part`, file);
  } catch (error) {
    throw asPrinterError(error);
  }
}

const PROBLEMS: Readonly<Record<string, PrinterProblem>> = {
  ENOENT: 'no_device',
  ENODEV: 'no_device',
  ENXIO: 'no_device',
  ENOTDIR: 'no_device',
  EACCES: 'no_permission',
  EPERM: 'no_permission',
  EROFS: 'no_permission',
  ENOSPC: 'no_space',
};
function asPrinterError(error: unknown): PrinterError {
  if (error instanceof PrinterError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  return new PrinterError(PROBLEMS[code] ?? 'unknown', error);
}
