import { readFileSync } from 'node:fs';

/** The moments at which a kill test may end the server. docs: the fault tests of 06-proof. */
export const SERVER_FAULT_POINTS = [
  'authorise.before_commit',
  'authorise.after_commit',
  'settle.before_commit',
  'settle.after_commit',
  'lease.before_commit',
] as const;
export type ServerFaultPoint = (typeof SERVER_FAULT_POINTS)[number];

const passed = new Map<string, number>();

/**
 * Stops this process dead at the named point, as a power cut would: no cleanup, no reply. Only where both
 * `TAPTILL_TEST_BUILD=1` and `TAPTILL_FAULT_POINT=<name>` or `<name>:<n>` (the n-th passing) are set.
 * With `TAPTILL_FAULT_TARGET=<pid file>` the process that the file's first line names is stopped instead (PostgreSQL:
 * `postmaster.pid`), and this one goes on once the other is gone.
 */
export function faultPoint(name: ServerFaultPoint): void {
  if (process.env['TAPTILL_TEST_BUILD'] !== '1') return;
  const [wanted, nth = '1'] = (process.env['TAPTILL_FAULT_POINT'] ?? '').split(':');
  if (wanted !== name) return;
  const count = (passed.get(name) ?? 0) + 1;
  passed.set(name, count);
  const target = process.env['TAPTILL_FAULT_TARGET'];
  if (target && count === Number(nth)) stopOther(Number(readFileSync(target, 'utf8').split('\n')[0]));
  if (!target && count >= Number(nth)) process.kill(process.pid, 'SIGKILL');
}

/** A killed process is seen a moment later by those it serves: going on before that would be a race. */
function stopOther(pid: number): void {
  process.kill(pid, 'SIGKILL');
  const giveUpAt = Date.now() + 2_000;
  while (isRunning(pid) && Date.now() < giveUpAt);
}

/** A zombie has stopped too, although its number still answers. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
