import type { VirtualTime } from '#tap-node/testing/virtualTime';
import { PATIENCE_MS } from '#tap-node/sync/till';
import type { Till } from '#tap-node/sync/till';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import { TillDown } from './simTill.ts';
import type { NodeCaller, SimTill } from './simTill.ts';
import type { Truth } from './truth.ts';

export type CableOptions = {
  readonly node: { readonly node_id: number; readonly tap_ids: readonly number[] };
  readonly till: SimTill;
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly history: History;
  readonly truth: Truth;
};

const SUBSCRIPTION_NOTICED_MS = 1_000;

/** One node's way to the till. It stays when the node restarts; messages under way arrive at whoever is there then. */
export class Cable {
  up = true;
  down = true;
  /** of requests, replies and pushed commands */
  loss = 0;
  duplicates = 0;
  /** how long a message may take: above 100 ms they overtake each other */
  most_ms = 20;
  readonly #options: CableOptions;

  constructor(options: CableOptions) {
    this.#options = options;
  }

  heal(): void {
    Object.assign(this, { up: true, down: true, loss: 0, duplicates: 0, most_ms: 20 });
  }

  /** The cable as one process of the node sees it; `unplug` is its end. */
  plug(): { till: Till; unplug: () => void } {
    const { history, truth } = this.#options;
    const life = { over: false, ends: new Set<() => void>() };
    const call = <Answer>(name: string, ms: number, ask: (caller: NodeCaller) => Promise<Answer>) =>
      this.#call(life, { name, ms, ask });
    const { authorise, call: usual, settle } = PATIENCE_MS;
    const till: Till = {
      hello: (input) => call('hello', usual, (caller) => caller.hello(input)),
      heartbeat: (input) => call('heartbeat', usual, (caller) => caller.heartbeat(input)),
      authorise: (input) =>
        call('authorise', authorise, async (caller) => {
          const answer = await caller.authorise(input);
          history.count(answer.outcome === 'granted' ? 'granted' : `refused ${answer.refusal.code}`);
          return answer;
        }),
      settle: async (reports) => {
        const answer = await call('settle', settle, (caller) => caller.settle({ reports: [...reports] }));
        for (const { index, verdict } of answer.verdicts) {
          const report = reports[index];
          if (!report) continue;
          const { client_tx_id, tap_id, metered_ml } = report;
          truth.pourOf(client_tx_id, tap_id).told.push({ verdict, metered_ml });
          history.note('verdict', { tx: client_tx_id.slice(0, 6), verdict, ml: metered_ml });
          history.count(`verdict ${verdict}`);
        }
        return answer;
      },
      cancel: (input) => call('cancel', usual, (caller) => caller.cancel(input)),
      clean: (input) => call('clean', authorise, (caller) => caller.clean(input)),
      progress: async (input) => void (await call('progress', usual, (caller) => caller.progress(input))),
      flow: async (input) => void (await call('flow', usual, (caller) => caller.flow(input))),
      watch: (onCommand, onProblem) => this.#watch(life, { onCommand, onProblem }),
      close: async () => undefined,
    };
    const unplug = () => {
      life.over = true;
      for (const end of life.ends) end();
    };
    return { till, unplug };
  }

  #late(): number {
    return this.#options.dice.between(1, this.most_ms);
  }

  #lost(way: 'up' | 'down'): boolean {
    return !this[way] || (this.loss > 0 && this.#options.dice.chance(this.loss));
  }

  #call<Answer>(
    life: { over: boolean },
    asked: { name: string; ms: number; ask: (caller: NodeCaller) => Promise<Answer> },
  ): Promise<Answer> {
    const { time, dice, history } = this.#options;
    return new Promise((resolve, reject) => {
      let waiting = true;
      const end = (work: () => void): void => {
        if (!waiting || life.over) return;
        waiting = false;
        cancel();
        work();
      };
      const cancel = time.after(asked.ms, () => end(() => reject(new Error('no answer in time'))));
      const copies = dice.chance(this.duplicates) ? 2 : 1;
      if (copies > 1) history.count('request duplicated');
      for (let copy = 0; copy < copies; copy++)
        time.after(this.#late(), () => {
          if (this.#lost('up')) return history.count('request lost');
          void this.#deliver(asked).then((answer) => {
            if (this.#lost('down')) return history.count('reply lost');
            time.after(this.#late(), () =>
              end(() => ('problem' in answer ? reject(answer.problem) : resolve(answer.given))),
            );
          });
        });
    });
  }

  async #deliver<Answer>(asked: {
    name: string;
    ask: (caller: NodeCaller) => Promise<Answer>;
  }): Promise<{ given: Answer } | { problem: Error }> {
    const { node, till, history } = this.#options;
    try {
      const given = await till.serve(node, asked.ask);
      if (asked.name !== 'heartbeat' && asked.name !== 'progress')
        history.note(asked.name, { node: node.node_id, answer: given as object });
      return { given: JSON.parse(JSON.stringify(given)) as Answer };
    } catch (problem) {
      const message = problem instanceof Error ? problem.message : String(problem);
      if (!(problem instanceof TillDown))
        history.note(`${asked.name} refused`, { node: node.node_id, message });
      return { problem: new Error(message) };
    }
  }

  /** Pushed commands over one connection: it ends when the till's process does, and the node notices a little later. */
  #watch(
    life: { over: boolean; ends: Set<() => void> },
    node: { onCommand: Parameters<Till['watch']>[0]; onProblem: Parameters<Till['watch']>[1] },
  ): () => void {
    const { time, till, history } = this.#options;
    const ended = new AbortController();
    const end = () => ended.abort();
    life.ends.add(end);
    const listen = async (): Promise<void> => {
      const commands = this.up && this.down ? till.commands(this.#options.node.node_id, ended.signal) : null;
      if (commands)
        for await (const command of commands) {
          if (this.#lost('down')) {
            history.count('push lost');
            continue;
          }
          time.after(this.#late(), () => {
            if (!ended.signal.aborted) node.onCommand(command);
          });
        }
      if (!ended.signal.aborted)
        time.after(SUBSCRIPTION_NOTICED_MS, () => {
          if (!ended.signal.aborted) node.onProblem('the connection ended');
        });
    };
    void listen();
    return () => {
      life.ends.delete(end);
      end();
    };
  }
}
