/** The moments at which a test may end this process dead: TAPTILL_FAULT_POINT=<name> or <name>:<n>, the n-th passing. */
export const FAULT_POINTS = [
  /** twice per commit of the journal: before it begins and before it commits */
  'journal.write',
  'intent.durable',
  'valve.opened',
  'checkpoint.written',
  'end.journalled',
  'settle.sent',
  'verdict.received',
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

const [armed, count] = (process.env['TAPTILL_FAULT_POINT'] ?? '').split(':');
let passings = 0;

export function isFaultArmed(name: FaultPoint): boolean {
  return armed === name;
}

/** Does nothing unless a test armed this very point; then nothing runs after it, as after a power cut. */
export function faultPoint(name: FaultPoint): void {
  if (armed !== name) return;
  passings += 1;
  if (passings < Number(count ?? 1)) return;
  process.kill(process.pid, 'SIGKILL');
  // SIGKILL is delivered at the next return to user mode; spin so that nothing else is written meanwhile
  for (;;);
}
