import type { Till } from '#tap-node/sync/till';
import { untilAnswered } from '#tap-node/sync/backoff';
import type { Retry } from '#tap-node/sync/backoff';
import type { TapHardware } from '#tap-node/hardware/ports';
import { JournalProblem } from '#tap-node/journal/journal';
import type { Journal } from '#tap-node/journal/journal';
import type { FinishedPour, JournalledFlow } from '#tap-node/journal/rows';
import type { Clock, Random } from './clock.ts';
import { decide, nextDeadline } from './decide.ts';
import type { TapEvent } from './events.ts';
import { faultPoint } from './faultPoints.ts';
import { perform } from './perform.ts';
import type { Executors } from './perform.ts';
import type { TapState } from './state.ts';
import type { StepOf } from './steps.ts';

export type TapAgentDeps = {
  readonly clock: Clock;
  readonly random: Random;
  readonly hardware: TapHardware;
  readonly till: Till;
  readonly journal: Journal;
  /** a pour has its durable end */
  readonly onFinished: (pour: FinishedPour, how: { ended_at: number; offline: boolean }) => void;
  readonly onStopAcknowledged: (grant_id: string) => void;
  readonly onChange: (state: TapState) => void;
  readonly log: (line: string) => void;
};

const POURING_POLL_MS = 50;
const IDLE_POLL_MS = 1_000;
const RETRY_MS = 400;

/** One tap: events go in one after the other, `decide` says what follows, the executors do it and answer by events. */
export class TapAgent {
  readonly #deps: TapAgentDeps;
  readonly #executors: Executors;
  readonly #retry: Retry;
  #state: TapState;
  #inbox: TapEvent[] = [];
  #deciding = false;
  #cancelTimer: (() => void) | null = null;
  #polled_at = -Infinity;
  #stopped = false;
  #progressing = false;
  /** the presentation that was asked about last, and which of this boot it is (H28) */
  #presented = { client_tx_id: '', presentation: 0 };

  constructor(deps: TapAgentDeps, state: TapState) {
    this.#deps = deps;
    this.#state = state;
    this.#retry = { clock: deps.clock, random: deps.random, isOver: () => this.#stopped };
    this.#executors = this.#makeExecutors();
  }

  get state(): TapState {
    return this.#state;
  }

  start(): void {
    this.#deps.hardware.watchParts?.({
      broken: (fault) => this.dispatch({ kind: 'fault', fault }),
      mended: (fault) => this.dispatch({ kind: 'fault_over', fault }),
    });
    this.#deps.hardware.reader.watch({
      laid: (uid) => this.dispatch({ kind: 'card_laid', uid, client_tx_id: this.#deps.random.hex(16) }),
      removed: () => this.dispatch({ kind: 'card_removed' }),
      lost: () => this.dispatch({ kind: 'fault', fault: 'reader' }),
      found: () => this.dispatch({ kind: 'fault_over', fault: 'reader' }),
    });
    this.#poll();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  dispatch(event: TapEvent): void {
    if (this.#stopped) return;
    this.#inbox.push(event);
    if (this.#deciding) return;
    this.#deciding = true;
    try {
      for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) this.#take(next);
    } finally {
      this.#deciding = false;
    }
    this.#schedule();
  }

  #take(event: TapEvent): void {
    const before = this.#state;
    const { state, steps } = decide(before, event, this.#deps.clock.monotonic());
    this.#state = state;
    for (const step of steps) perform(this.#executors, step);
    if (state !== before) this.#deps.onChange(state);
  }

  #poll(): void {
    this.#polled_at = this.#deps.clock.monotonic();
    this.dispatch({ kind: 'meter', pulses: this.#deps.hardware.meter.pulses() });
  }

  #schedule(): void {
    if (this.#stopped) return;
    const now = this.#deps.clock.monotonic();
    const poll_at = this.#polled_at + (mayFlow(this.#state) ? POURING_POLL_MS : IDLE_POLL_MS);
    this.#cancelTimer?.();
    this.#cancelTimer = this.#deps.clock.after(Math.min(nextDeadline(this.#state), poll_at) - now, () =>
      this.#poll(),
    );
  }

  #makeExecutors(): Executors {
    return {
      authorise: (step) => void this.#authorise(step),
      clean: (step) => void this.#clean(step),
      cancel: (step) => void this.#cancel(step.client_tx_id),
      journal_intent: (step) => void this.#journalIntent(step),
      open_valve: () => void this.#openValve(),
      close_valve: () => void this.#closeValve(),
      journal_checkpoint: (step) => void this.#journalCheckpoint(step),
      journal_end: (step) => void this.#journalEnd(step),
      progress: (step) => void this.#progress(step),
      acknowledge_stop: (step) => this.#deps.onStopAcknowledged(step.grant_id),
      report_flow: (step) => void this.#reportFlow(step),
    };
  }

  async #authorise({ client_tx_id, uid, attempt, offers_wanted }: StepOf<'authorise'>): Promise<void> {
    const { tap_id, boot_id } = this.#state;
    const { presentation } =
      this.#presented.client_tx_id === client_tx_id ? this.#presented : this.#present(client_tx_id);
    try {
      const answer = await this.#deps.till.authorise({
        client_tx_id,
        presentation,
        tap_id,
        card_uid: uid,
        boot_id,
        attempt,
        ...(offers_wanted && { offers_wanted }),
      });
      this.dispatch({ kind: 'authorise_answered', client_tx_id, answer });
    } catch (problem) {
      this.#deps.log(`authorise failed: ${sayProblem(problem)}`);
      const retry_in_ms = RETRY_MS * (0.5 + this.#deps.random.unit());
      this.dispatch({ kind: 'authorise_failed', client_tx_id, retry_in_ms });
    }
  }

  async #clean({ client_tx_id, uid, act }: StepOf<'clean'>): Promise<void> {
    const { tap_id } = this.#state;
    try {
      const { outcome } = await this.#deps.till.clean({ client_tx_id, tap_id, card_uid: uid, act });
      this.dispatch({ kind: 'clean_answered', client_tx_id, outcome });
    } catch (problem) {
      this.#deps.log(`the till does not know of the cleaning yet: ${sayProblem(problem)}`);
      const retry_in_ms = RETRY_MS * (0.5 + this.#deps.random.unit());
      this.dispatch({ kind: 'clean_failed', client_tx_id, retry_in_ms });
    }
  }

  #present(client_tx_id: string): { presentation: number } {
    this.#presented = { client_tx_id, presentation: this.#presented.presentation + 1 };
    return this.#presented;
  }

  async #cancel(client_tx_id: string): Promise<void> {
    const { tap_id, boot_id } = this.#state;
    await untilAnswered(() => this.#deps.till.cancel({ client_tx_id, tap_id, boot_id }), this.#retry);
    this.dispatch({ kind: 'cancelled', client_tx_id });
  }

  async #journalIntent({
    client_tx_id,
    grant,
    calibration_version,
  }: StepOf<'journal_intent'>): Promise<void> {
    const { tap_id, boot_id } = this.#state;
    const { grant_id, short_id, price_minor_per_litre, limit_ml } = grant;
    const body = { grant_id, short_id, price_minor_per_litre, limit_ml, calibration_version, boot_id };
    try {
      const seq = await this.#deps.journal.intent(tap_id, client_tx_id, body);
      faultPoint('intent.durable');
      // What ran since the last look ran past a closed valve: it is nobody's.
      this.#poll();
      this.dispatch({ kind: 'intent_durable', client_tx_id, seq });
    } catch (problem) {
      const full = problem instanceof JournalProblem && problem.full;
      this.#deps.log(`no pour without a journal: ${sayProblem(problem)}`);
      this.dispatch({ kind: 'intent_failed', client_tx_id, why: full ? 'journal_full' : 'journal_failed' });
    }
  }

  async #openValve(): Promise<void> {
    try {
      await this.#deps.hardware.valve.open();
      faultPoint('valve.opened');
    } catch (problem) {
      this.#valveFailed(problem);
    }
  }

  async #closeValve(): Promise<void> {
    try {
      await this.#deps.hardware.valve.close();
    } catch (problem) {
      this.#valveFailed(problem);
    }
  }

  #valveFailed(problem: unknown): void {
    if (this.#stopped) return;
    this.#deps.log(`the valve does not obey: ${sayProblem(problem)}`);
    this.dispatch({ kind: 'fault', fault: 'valve' });
  }

  async #journalCheckpoint(step: StepOf<'journal_checkpoint'>): Promise<void> {
    const { client_tx_id, pulses, ml, duration_ms } = step;
    try {
      await this.#deps.journal.checkpoint(client_tx_id, { pulses, ml, duration_ms });
      faultPoint('checkpoint.written');
    } catch (problem) {
      this.#deps.log(`checkpoint failed: ${sayProblem(problem)}`);
    }
    this.dispatch({ kind: 'checkpoint_done', client_tx_id });
  }

  async #journalEnd(step: StepOf<'journal_end'>): Promise<void> {
    const { client_tx_id, pulses, ml, duration_ms, end_reason } = step;
    const kick = kickOf(step);
    const ended_at = this.#deps.clock.monotonic();
    try {
      await this.#deps.journal.end(client_tx_id, { pulses, ml, duration_ms, end_reason, ...kick });
      faultPoint('end.journalled');
      const finished = this.#finishedPour(step);
      this.dispatch({ kind: 'end_durable', client_tx_id });
      if (finished) this.#deps.onFinished(finished, { ended_at, offline: !this.#state.online });
    } catch (problem) {
      this.#deps.log(`the end of a pour is not written yet: ${sayProblem(problem)}`);
      const retry_in_ms = RETRY_MS * (1 + this.#deps.random.unit());
      this.dispatch({ kind: 'end_failed', client_tx_id, retry_in_ms });
    }
  }

  #finishedPour(step: StepOf<'journal_end'>): FinishedPour | null {
    const { pour, tap_id, boot_id } = this.#state;
    if (!pour) return null;
    const { grant_id, short_id, price_minor_per_litre, limit_ml } = pour.grant;
    const { pulses, ml, duration_ms, end_reason, client_tx_id } = step;
    const { calibration_version } = pour;
    return {
      tap_id,
      seq: pour.seq,
      client_tx_id,
      intent: { grant_id, short_id, price_minor_per_litre, limit_ml, calibration_version, boot_id },
      end: { pulses, ml, duration_ms, end_reason, ...kickOf(step), ended_boot_id: boot_id },
    };
  }

  /** For the screens only: one at a time, lost ones are not missed. */
  async #progress({ grant_id, ml }: StepOf<'progress'>): Promise<void> {
    if (this.#progressing) return;
    this.#progressing = true;
    await this.#deps.till.progress({ grant_id, tap_id: this.#state.tap_id, ml }).catch(() => undefined);
    this.#progressing = false;
  }

  /** Durable before it is reported; a journal that cannot write keeps nobody from telling the till. */
  async #reportFlow({ flow: kind, pulses, ml }: StepOf<'report_flow'>): Promise<void> {
    const { clock, journal, random, log } = this.#deps;
    const flow = { flow_id: random.hex(16), tap_id: this.#state.tap_id, kind, pulses, ml };
    const since = clock.monotonic();
    await journal
      .flow(flow)
      .catch((problem: unknown) => log(`flow is not written down: ${sayProblem(problem)}`));
    await this.#tellFlow(flow, since);
  }

  /** What an earlier boot had not told the till: nobody knows how long ago it was. */
  resumeFlow(flow: JournalledFlow): void {
    void this.#tellFlow(flow, null);
  }

  async #tellFlow(flow: JournalledFlow, since: number | null): Promise<void> {
    const { clock, till, journal, log } = this.#deps;
    const age = (): number | null => (since === null ? null : Math.round(clock.monotonic() - since));
    const told = await untilAnswered(async () => {
      await till.flow({ ...flow, age_ms: age() });
      return true;
    }, this.#retry);
    if (told)
      await journal
        .flowTold(flow.flow_id)
        .catch((problem: unknown) => log(`flow will be told again: ${sayProblem(problem)}`));
  }
}

function mayFlow({ pour, staff }: TapState): boolean {
  return pour !== null || staff?.stage === 'rinsing';
}

function kickOf({ kick_ml }: StepOf<'journal_end'>): { kick_ml?: number } {
  return kick_ml === undefined ? {} : { kick_ml };
}

function sayProblem(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}
