import type { Socket } from 'node:net';
import type { NodeCommand } from '#domain/protocol/node';
import type { App } from '#server/api/app';
import { nodeRouter } from '#server/api/lan/node';
import { liveStore } from '#server/live/liveStore';
import type { LiveStore } from '#server/live/liveStore';
import { pushHub } from '#server/live/pushHub';
import type { PushHub } from '#server/live/pushHub';
import { initModels } from '#server/models/init';
import { endLease, restartLeases } from '#server/services/endLease';
import type { Deps } from '#server/services/support/deps';
import { leaseClock } from '#server/services/support/leaseClock';
import type { RunningLeases } from '#server/services/support/leaseClock';
import type { TestDatabase } from '#server/testing/cloneDatabase';
import type { VirtualTime } from '#tap-node/testing/virtualTime';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { Serial } from './serial.ts';
import { EPOCH_MS, setDatabaseClock } from './simDatabase.ts';

export type SimTillOptions = {
  readonly db: TestDatabase;
  readonly serial: Serial;
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly history: History;
};

export type NodeCaller = ReturnType<typeof nodeRouter.createCaller>;
type Speaker = { readonly node_id: number; readonly tap_ids: readonly number[] };

/** The process is gone, or was never there: no answer, and nobody knows what it did. */
export class TillDown extends Error {
  override readonly name = 'TillDown';
}

/** What one process of the server holds in memory. */
type Life = {
  over: boolean;
  readonly deps: Deps;
  readonly hub: PushHub;
  readonly live: LiveStore;
  readonly leases: RunningLeases;
  readonly end: AbortController;
};

/**
 * The server: its procedures and services on real PostgreSQL, its timers on virtual time. What it holds in memory ends with
 * each restart.
 */
export class SimTill {
  readonly #options: SimTillOptions;
  #life: Life | null = null;
  readonly #models: Deps['models'];
  #clock_offset_ms = 0;
  #database_at = 0;

  constructor(options: SimTillOptions) {
    this.#options = options;
    this.#models = initModels(options.db.sequelize);
  }

  get up(): boolean {
    return this.#life !== null;
  }

  /** the clock on the wall, which jumps; it shows whole seconds, so that the database's copy is rarely set */
  now(): Date {
    const ms = EPOCH_MS + this.#options.time.monotonic() + this.#clock_offset_ms;
    return new Date(Math.floor(ms / 1_000) * 1_000);
  }

  jump(ms: number): void {
    this.#clock_offset_ms += ms;
  }

  async start(): Promise<void> {
    const life = this.#begin();
    this.#life = life;
    await this.#inOrder(life, () => restartLeases(life.deps));
  }

  /** As by kill -9: what it had in memory is gone. */
  kill(): void {
    const life = this.#life;
    if (!life) return;
    life.over = true;
    this.#life = null;
    life.leases.stop();
    life.live.close();
    life.end.abort();
  }

  /** A cashier's command, or a look at the books. @throws TillDown */
  act<Result>(work: (deps: Deps) => Promise<Result>): Promise<Result> {
    const life = this.#life;
    if (!life) return Promise.reject(new TillDown('the till is off'));
    return this.#inOrder(life, () => work(life.deps));
  }

  /** A call of a node, through the procedure that answers it in the bar. @throws TillDown */
  serve<Result>(node: Speaker, call: (caller: NodeCaller) => Promise<Result>): Promise<Result> {
    const life = this.#life;
    if (!life) return Promise.reject(new TillDown('connection refused'));
    return this.#inOrder(life, () => call(this.#callerOf(life, node)));
  }

  /** Commands pushed to a node by this process, until `signal` or its end. Null: nobody answers. */
  commands(node_id: number, signal: AbortSignal): AsyncGenerator<NodeCommand, void> | null {
    const life = this.#life;
    return life && life.hub.commands(node_id, AbortSignal.any([signal, life.end.signal]));
  }

  async #inOrder<Result>(life: Life, work: () => Promise<Result>): Promise<Result> {
    const { serial, db } = this.#options;
    return serial.run(async () => {
      if (life.over) throw new TillDown('the till is off');
      const now = this.now();
      if (now.getTime() !== this.#database_at) await setDatabaseClock(db.sequelize, now);
      this.#database_at = now.getTime();
      return work();
    });
  }

  #begin(): Life {
    const { db, time, dice, history, serial } = this.#options;
    const hub = pushHub();
    const after = (ms: number, work: () => void) => time.after(ms, work);
    const live = liveStore(() => time.monotonic(), after);
    const clock = { now: () => this.now(), monotonic: () => time.monotonic() };
    const onError = (error: unknown) => {
      if (!(error instanceof TillDown))
        history.violate('a lease could not be ended', { error: String(error) });
    };
    const leases = leaseClock(
      clock,
      (grant_id) =>
        this.#inOrder(life, async () => {
          const { ended } = await endLease(deps, grant_id);
          if (ended) history.count('lease ended');
        }),
      onError,
      after,
    );
    const deps: Deps = {
      sequelize: db.sequelize,
      models: this.#models,
      clock,
      random: dice,
      leases,
      live,
      flag_overrides: {},
      wake: () => undefined,
      push: (node_id, command) => hub.push(node_id, command),
      pause: async (ms) => {
        await serial.pause(time, ms);
        if (life.over) throw new TillDown('the till is off');
        await setDatabaseClock(db.sequelize, this.now());
        this.#database_at = this.now().getTime();
      },
    };
    const life: Life = { over: false, deps, hub, live, leases, end: new AbortController() };
    return life;
  }

  #callerOf(life: Life, node: Speaker): NodeCaller {
    const { history } = this.#options;
    // The procedures of nodes look at nothing else of the app, and a registered connection is the network's business.
    const app = {
      deps: life.deps,
      live: life.live,
      hub: life.hub,
      nodes: {
        bySpki: async () => node,
        speaks: () => undefined,
        cut: () => undefined,
        forget: () => undefined,
      },
      report: (error: unknown, where: string) =>
        history.violate('the server did not expect this', { where, error: String(error) }),
    } as unknown as App;
    return nodeRouter.createCaller({
      app,
      address: '192.0.2.1',
      socket: {} as Socket,
      spki: 'proven',
      foreign: false,
    });
  }
}
