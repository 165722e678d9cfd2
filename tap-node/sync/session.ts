import type { HelloAnswer, NodeCommand } from '#domain/protocol/node';
import { phaseOf } from '#tap-node/agent/state';
import type { Clock, Random } from '#tap-node/agent/clock';
import type { TapAgent } from '#tap-node/agent/tapAgent';
import type { Journal } from '#tap-node/journal/journal';
import { Backoff } from './backoff.ts';
import type { SettleQueue } from './settleQueue.ts';
import type { Till } from './till.ts';
import { PROTOCOL_VERSION } from '#domain/protocol/node';

export /** In this time a pour that was stopped has shut its valve and is in the journal. */
const SHUT_MS = 500;
const HEARTBEAT_MS = 2_000;
const RENEW_AGAIN_MS = 3_600_000;
/** Without an answer for so long the tap says "no connection" and takes no card. */
export const SILENT_MS = 5_000;

export type NodeTap = {
  readonly agent: TapAgent;
  readonly queue: SettleQueue;
  /** what this tap's meter has counted in all its pours */
  readonly total_ml: () => number;
};

export type SessionDeps = {
  readonly till: Till;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly boot_id: string;
  readonly journal_id: string;
  readonly software: string;
  readonly taps: ReadonlyMap<number, NodeTap>;
  readonly onConfig: (answer: HelloAnswer['config']) => void;
  readonly log: (line: string) => void;
};

/**
 * The node's conversation with its till: hello until it is answered, then a heartbeat every two seconds; after a silence
 * hello again. Commands come by the subscription, and with each heartbeat for the case that the push was lost.
 */
export class Session {
  readonly #deps: SessionDeps;
  readonly #backoff: Backoff;
  #online = false;
  #answered_at = -Infinity;
  #config_version: string | null = null;
  #acknowledged = new Set<string>();
  #unwatch: (() => void) | null = null;
  #cancelTimer: (() => void) | null = null;
  #stopped = false;
  #renew_at = -Infinity;
  #said = '';

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#backoff = new Backoff(deps.random, { first_ms: 250, most_ms: 4_000 });
  }

  start(): void {
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#unwatch?.();
  }

  get online(): boolean {
    return this.#online;
  }

  acknowledgeStop(grant_id: string): void {
    this.#acknowledged.add(grant_id);
  }

  #later(ms: number, work: () => void): void {
    if (!this.#stopped) this.#cancelTimer = this.#deps.clock.after(ms, work);
  }

  async #connect(): Promise<void> {
    try {
      const answer = await this.#hello();
      if (this.#stopped) return;
      this.#backoff.reset();
      this.#answered_at = this.#deps.clock.monotonic();
      await this.#onHello(answer);
      this.#say(`connected to ${answer.config.bar_name || 'the till'}`);
      this.#later(HEARTBEAT_MS, () => void this.#beat());
    } catch (problem) {
      this.#say(`no connection to the till: ${explain(problem)}`);
      if (this.#isSilent()) this.#setOnline(false);
      this.#later(this.#backoff.next(), () => void this.#connect());
    }
  }

  #isSilent(): boolean {
    return this.#deps.clock.monotonic() - this.#answered_at >= SILENT_MS;
  }

  async #hello(): Promise<HelloAnswer> {
    const { journal, till, boot_id, journal_id, software, taps, clock } = this.#deps;
    const marks = new Map((await journal.marks()).map((mark) => [mark.tap_id, mark]));
    return till.hello({
      protocol_version: PROTOCOL_VERSION,
      software,
      wall_ms: Math.round(clock.wall()),
      boot_id,
      journal_id,
      journalled: await journal.journalled(),
      taps: [...taps.keys()].map((tap_id) => ({
        tap_id,
        seq_high: marks.get(tap_id)?.seq_high ?? 0,
        meter_total_ml: marks.get(tap_id)?.meter_total_ml ?? 0,
      })),
    });
  }

  async #onHello(answer: HelloAnswer): Promise<void> {
    const { taps } = this.#deps;
    await this.#resendAbove(answer);
    this.#configure(answer.config);
    for (const { grant_id, stopped } of answer.unsettled) if (stopped) this.#stopGrant(grant_id);
    this.#setOnline(true);
    for (const { queue } of taps.values()) queue.kick();
    this.#unwatch ??= this.#watch();
  }

  /** A till that was restored, or never heard of a row, gets every row above its mark, also those with a verdict. */
  async #resendAbove(answer: HelloAnswer): Promise<void> {
    const { journal, taps } = this.#deps;
    const marks = new Map(answer.marks.map((mark) => [mark.tap_id, mark.seq_high]));
    const above = new Map([...taps.keys()].map((tap_id) => [tap_id, marks.get(tap_id) ?? 0]));
    for (const pour of await journal.finished(above))
      taps.get(pour.tap_id)?.queue.add(pour, { ended_at: null, offline: true });
  }

  #watch(): () => void {
    const { till, clock, random } = this.#deps;
    const backoff = new Backoff(random);
    let unsubscribe: () => void = () => undefined;
    let cancel: () => void = () => undefined;
    let over = false;
    const subscribe = (): void => {
      if (over) return;
      unsubscribe = till.watch(
        (command) => this.#onCommand(command),
        () => {
          unsubscribe();
          cancel = clock.after(backoff.next(), subscribe);
        },
      );
    };
    subscribe();
    return () => {
      over = true;
      cancel();
      unsubscribe();
    };
  }

  #onCommand(command: NodeCommand): void {
    switch (command.kind) {
      case 'stop_grant':
        return this.#stopGrant(command.grant_id);
      case 'emergency_stop':
        this.#tellAll({ kind: 'emergency_stop', on: command.on });
        void this.#sayNow();
        this.#deps.clock.after(SHUT_MS, () => void this.#sayNow());
        return;
      case 'config':
        return this.#configure(command.config);
    }
  }

  #configure(config: HelloAnswer['config']): void {
    this.#deps.onConfig(config);
    this.#tellAll({ kind: 'config', config });
  }

  #stopGrant(grant_id: string): void {
    this.#tellAll({ kind: 'stop_grant', grant_id });
  }

  #tellAll(event: Parameters<TapAgent['dispatch']>[0]): void {
    for (const { agent } of this.#deps.taps.values()) agent.dispatch(event);
  }

  #setOnline(up: boolean): void {
    if (this.#online === up) return;
    this.#online = up;
    this.#tellAll({ kind: 'link', up });
  }

  async #beat(): Promise<void> {
    const acknowledged = [...this.#acknowledged].slice(0, 1000);
    try {
      const answer = await this.#deps.till.heartbeat(this.#heartbeat(acknowledged));
      if (this.#stopped) return;
      this.#answered_at = this.#deps.clock.monotonic();
      for (const grant_id of acknowledged) this.#acknowledged.delete(grant_id);
      for (const grant_id of answer.stop_grants) this.#stopGrant(grant_id);
      this.#tellEmergency(answer.emergency_stop);
      await this.#tellRoom();
      if (answer.renew_certificate) void this.#renew();
      const changed = this.#config_version !== null && this.#config_version !== answer.config_version;
      this.#config_version = answer.config_version;
      this.#later(changed ? 0 : HEARTBEAT_MS, () => void (changed ? this.#connect() : this.#beat()));
    } catch (problem) {
      this.#onMissedBeat(problem);
    }
  }

  /** The till counts one second until it calls a tap silent: the next heartbeat may be two away. */
  async #sayNow(): Promise<void> {
    if (this.#stopped) return;
    try {
      await this.#deps.till.heartbeat(this.#heartbeat([]));
    } catch {
      // The next one in its turn says the same.
    }
  }

  #onMissedBeat(problem: unknown): void {
    if (!this.#isSilent()) return this.#later(HEARTBEAT_MS / 4, () => void this.#beat());
    this.#say(`no connection to the till: ${explain(problem)}`);
    this.#setOnline(false);
    this.#later(this.#backoff.next(), () => void this.#connect());
  }

  /** One at a time, and after a failure not before an hour has passed: there is half a year. */
  async #renew(): Promise<void> {
    const { till, clock, log } = this.#deps;
    if (!till.renew || clock.monotonic() < this.#renew_at) return;
    this.#renew_at = clock.monotonic() + RENEW_AGAIN_MS;
    try {
      await till.renew();
      log('the certificate is renewed');
    } catch (problem) {
      log(`the certificate is not renewed yet: ${explain(problem)}`);
    }
  }

  #tellEmergency(on: boolean): void {
    for (const { agent } of this.#deps.taps.values())
      if (agent.state.emergency_stop !== on) agent.dispatch({ kind: 'emergency_stop', on });
  }

  async #tellRoom(): Promise<void> {
    const full = await this.#deps.journal.isFull();
    for (const { agent } of this.#deps.taps.values())
      if (agent.state.journal_full !== full) agent.dispatch({ kind: 'journal_room', full });
  }

  #heartbeat(stops_acknowledged: string[]): Parameters<Till['heartbeat']>[0] {
    const taps = [...this.#deps.taps.entries()];
    const ages = taps.map(([, { queue }]) => queue.oldestAge()).filter((age) => age !== null);
    return {
      boot_id: this.#deps.boot_id,
      queue_depth: taps.reduce((sum, [, { queue }]) => sum + queue.depth(), 0),
      oldest_age_ms: ages.length === 0 ? null : Math.max(...ages),
      taps: taps.map(([tap_id, { agent, total_ml }]) => ({
        tap_id,
        phase: phaseOf(agent.state),
        meter_total_ml: total_ml(),
        flow_trouble: agent.state.flow.trouble,
        rinsed_pulses: agent.state.rinsed_pulses,
      })),
      stops_acknowledged,
    };
  }

  /** Each sentence once, not at every try. */
  #say(line: string): void {
    if (line !== this.#said) this.#deps.log(line);
    this.#said = line;
  }
}

function explain(problem: unknown): string {
  const message = problem instanceof Error ? problem.message : String(problem);
  const cause = problem instanceof Error && problem.cause instanceof Error ? problem.cause : null;
  return cause && cause.message !== message ? `${message} (${cause.message})` : message;
}
