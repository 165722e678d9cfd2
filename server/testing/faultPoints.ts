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
 */
export function faultPoint(name: ServerFaultPoint): void {
  if (process.env['TAPTILL_TEST_BUILD'] !== '1') return;
  const [wanted, nth = '1'] = (process.env['TAPTILL_FAULT_POINT'] ?? '').split(':');
  if (wanted !== name) return;
  const count = (passed.get(name) ?? 0) + 1;
  passed.set(name, count);
  if (count >= Number(nth)) process.kill(process.pid, 'SIGKILL');
}
