import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process of the bar in this directory, to be ended if nobody else does. */
export function noteProcess(dataDir: string, pid: number): void {
  appendFileSync(join(dataDir, 'pids'), `${pid}\n`);
}

/** A killed test run calls no teardown: a shell waits for its end and clears up what it left. */
export function clearUpAfterThisProcess(dataDir: string): void {
  if (process.platform === 'win32') return;
  const script = `
    while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 1; done
    [ -d "$2" ] || exit 0
    for pid in $(cat "$2/pids"); do grep -q 'main\\.ts' "/proc/$pid/cmdline" 2>/dev/null && kill -9 "$pid"; done
    for file in "$2"/pg/postmaster.pid; do [ -f "$file" ] && kill -INT "$(head -1 "$file")"; done
    sleep 2; rm -rf "$2"`;
  const args = ['-c', script, 'sh', String(process.pid), dataDir];
  spawn('sh', args, { detached: true, stdio: 'ignore' }).unref();
}
