/** All monotonic, in milliseconds. */
export type GrantTimes = { start_window_ms: number; pour_cap_ms: number; lease_ms: number };

/** The law that makes manual entry safe: when the lease is over the valve is provably shut. */
export function leaseOutlivesPour(times: GrantTimes): boolean {
  return times.lease_ms > times.start_window_ms + times.pour_cap_ms;
}
