/** A child process, as far as supervision needs it. */
export interface Child {
  post(message: unknown): void;
  kill(): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
}

export interface SupervisedOptions {
  start: () => Child;
  onMessage: (message: unknown) => void;
  /** Told at each end that nobody asked for, before the next start is planned. False: do not start it again. */
  onDown: (code: number | null) => boolean;
  /** A child that lived this long earns the shortest wait again. */
  steadyMs?: number;
  firstWaitMs?: number;
  longestWaitMs?: number;
}

/**
 * Keeps one child alive.
 *
 * INVARIANTS
 * - At most one child lives at a time.
 * - After `stop` none is started again.
 * - Waits between starts double up to a bound and begin anew after a steady run.
 */
export class Supervisor {
  private child: Child | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopping = false;
  private waitMs: number;
  private startedAt = 0;
  /** The end that somebody waits for; two who ask at once wait for the same. */
  private ending: { done: Promise<void>; settle: () => void } | undefined;
  private readonly options: Required<SupervisedOptions>;

  constructor(options: SupervisedOptions) {
    this.options = { steadyMs: 20_000, firstWaitMs: 250, longestWaitMs: 15_000, ...options };
    this.waitMs = this.options.firstWaitMs;
  }

  start(): void {
    if (this.child !== undefined || this.stopping) return;
    clearTimeout(this.timer);
    this.startedAt = Date.now();
    const child = this.options.start();
    this.child = child;
    child.onMessage((message) => {
      if (this.child === child) this.options.onMessage(message);
    });
    child.onExit((code) => {
      if (this.child === child) this.down(code);
    });
  }

  /** Ends the child in its own way, or by force after `graceMs`; resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.end(graceMs);
  }

  /** The same child anew, as with changed settings. */
  async renew(graceMs: number): Promise<void> {
    clearTimeout(this.timer);
    await this.end(graceMs);
    this.waitMs = this.options.firstWaitMs;
    this.start();
  }

  private async end(graceMs: number): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    if (this.ending === undefined) {
      this.ending = deferred();
      child.post({ type: 'stop' });
    }
    const { done } = this.ending;
    const force = setTimeout(() => child.kill(), graceMs);
    await done;
    clearTimeout(force);
  }

  private down(code: number | null): void {
    this.child = undefined;
    const ending = this.ending;
    this.ending = undefined;
    if (ending !== undefined) return ending.settle();
    const again = this.options.onDown(code);
    if (!again || this.stopping) return;
    if (Date.now() - this.startedAt >= this.options.steadyMs) this.waitMs = this.options.firstWaitMs;
    this.timer = setTimeout(() => this.start(), this.waitMs);
    this.waitMs = Math.min(this.waitMs * 2, this.options.longestWaitMs);
  }
}

function deferred(): { done: Promise<void>; settle: () => void } {
  let settle: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (settle = resolve));
  return { done, settle };
}
