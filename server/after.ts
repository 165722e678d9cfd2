/** Runs `work` once, `ms` from now; the answer calls it off. An argument, so that a simulation's time drives it. */
export type After = (ms: number, work: () => void) => () => void;

/** Keeps no process alive. */
export const machineAfter: After = (ms, work) => {
  const timer = setTimeout(work, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
