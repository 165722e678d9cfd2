import type { TestDatabase } from '#server/testing/cloneDatabase';
import { settled, VirtualTime } from '#tap-node/testing/virtualTime';
import { join } from 'node:path';
import { furnish } from './bar.ts';
import { Cashier } from './cashier.ts';
import { Dice } from './dice.ts';
import { History } from './history.ts';
import { Serial } from './serial.ts';
import { SimDisk } from './simDisk.ts';
import { Cable } from './simNetwork.ts';
import { SimNode } from './simNode.ts';
import { SimTap } from './simTap.ts';
import { SimTill } from './simTill.ts';
import { Truth } from './truth.ts';

/** Faults that tests plant into the machinery around the product; those of the product itself they plant there. */
export type Planted = { readonly disk_answers_early?: boolean };

export type World = {
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly history: History;
  readonly truth: Truth;
  readonly till: SimTill;
  readonly cashier: Cashier;
  readonly nodes: readonly SimNode[];
  readonly taps: readonly SimTap[];
};

/** All numbers of the seeds' streams: a part that draws more moves no other part. */
const STREAM = { schedule: 0, till: 1, cashier: 2, node: 10, cable: 30, disk: 50, tap: 70 } as const;

export type WorldOptions = {
  readonly db: TestDatabase;
  readonly seed: number;
  readonly folder: string;
  readonly planted: Planted;
  readonly print: ((line: string) => void) | null;
};

/** The whole bar of one seed, everything switched on. */
export async function buildWorld(options: WorldOptions): Promise<World> {
  const { db, seed, folder, planted, print } = options;
  const serial = new Serial();
  const time = new VirtualTime(() => atRest(serial));
  const dice = new Dice(seed, STREAM.schedule);
  const history = new History(() => time.monotonic(), print);
  const truth = new Truth();
  await db.truncate();
  const till = new SimTill({ db, serial, time, dice: dice.stream(STREAM.till), history });
  await till.start();
  const bar = await till.act((deps) => furnish(db, deps, dice));
  const cashier = new Cashier({
    till,
    dice: dice.stream(STREAM.cashier),
    history,
    truth,
    actor: bar.cashier,
    lead: bar.lead,
  });
  const nodes = bar.nodes.map((node, n) => {
    const { node_id, tap_ids } = node;
    const disk: SimDisk = new SimDisk({
      folder: join(folder, `node-${node_id}`),
      tap_ids,
      time,
      dice: dice.stream(STREAM.disk + n),
      history,
      truth,
      wall: () => one.wall(),
      answers_early: planted.disk_answers_early ?? false,
    });
    const taps = tap_ids.map(
      (tap_id) =>
        new SimTap({
          tap_id,
          time,
          dice: dice.stream(STREAM.tap + tap_id),
          history,
          truth,
          intended: () => disk.intended(tap_id),
        }),
    );
    const cable = new Cable({
      node,
      till,
      time,
      dice: dice.stream(STREAM.cable + n),
      history,
      truth,
    });
    const one: SimNode = new SimNode({
      node_id,
      taps,
      disk,
      cable,
      time,
      dice: dice.stream(STREAM.node + n),
      history,
    });
    return one;
  });
  for (const node of nodes) await node.boot();
  return { time, dice, history, truth, till, cashier, nodes, taps: nodes.flatMap((node) => [...node.taps]) };
}

/** Time goes on when the till has nothing under way and nothing waits for a promise. */
async function atRest(serial: Serial): Promise<void> {
  do {
    await serial.rest();
    await settled();
  } while (serial.busy);
}
