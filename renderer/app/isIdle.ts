/** Whether an idle screen asks for a PIN now. `idle_lock_s` 0: never. */
export function isIdle(idle_lock_s: number, quiet_ms: number): boolean {
  return idle_lock_s > 0 && quiet_ms >= idle_lock_s * 1000;
}
