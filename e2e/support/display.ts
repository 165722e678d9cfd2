import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { ensureSystemPackages, SYSTEM_PACKAGES } from '#build/systemPackages';

export interface Display {
  /** For the environment variable DISPLAY. */
  name: string;
  close(): Promise<void>;
}

/** A screen of its own for one Electron, whatever else runs on this machine. */
export async function openDisplay(size = '1366x768'): Promise<Display> {
  await ensureSystemPackages(SYSTEM_PACKAGES.electron, 'showing the Electron window to tests');
  // A test run that is killed must not leave its screens behind.
  const server = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'Xvfb', '-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const number = await displayNumber(server);
  return { name: `:${number}`, close: () => endProcess(server) };
}

function displayNumber(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (): void =>
      reject(new Error('Xvfb ended before it had a display; start it by hand to see why.'));
    server.on('error', reject);
    server.on('exit', fail);
    (server.stdio[3] as Readable).once('data', (text: Buffer) => {
      server.off('exit', fail);
      resolve(text.toString().trim());
    });
  });
}

/** Asks a process to end, and after `graceMs` makes it. */
export async function endProcess(child: ChildProcess, graceMs = 5_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await gone;
  clearTimeout(force);
}
