import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from './postmasterPid.ts';

/** Longer than any start but a crash recovery of hours; PostgreSQL itself refuses two postmasters anyway. */
const PATIENCE_MS = 180_000;

/**
 * One process at a time creates, adopts or starts a cluster. A lock is taken over when its holder is dead, when
 * the machine was restarted since (the number may be anybody's now), or when it is older than any start.
 */
export async function withStartLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  while (!take(file)) {
    if (isStale(file)) rmSync(file, { force: true });
    else await pause(50);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Written beside and linked, so that nobody ever reads a lock without its content. */
function take(file: string): boolean {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${process.pid} ${bootId()}`, { mode: 0o600 });
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function isStale(file: string): boolean {
  try {
    const [pid = '', boot = ''] = readFileSync(file, 'utf8').split(' ');
    const age = Date.now() - statSync(file).mtimeMs;
    return boot !== bootId() || !isAlive(Number(pid)) || age > PATIENCE_MS;
  } catch {
    // The holder let go between our two looks.
    return false;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return String(Math.round((Date.now() - uptime() * 1000) / 600_000));
  }
}
