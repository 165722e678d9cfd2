/** Time is an argument: a simulated bar runs the same agents over virtual time. */
export type Clock = {
  /** milliseconds that never jump; everything that is decided counts in these */
  monotonic(): number;
  /** milliseconds since 1970; for log lines only, it may jump and may be wrong */
  wall(): number;
  /** runs `work` once, `ms` from now; the answer calls it off */
  after(ms: number, work: () => void): () => void;
};

/** Random numbers are an argument for the same reason. */
export type Random = {
  /** `bytes` random bytes as lower-case hex */
  hex(bytes: number): string;
  /** 0 ≤ x < 1 */
  unit(): number;
};
