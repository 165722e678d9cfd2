import type { SimNode } from './simNode.ts';
import type { SimTap } from './simTap.ts';
import type { World } from './world.ts';

/* What goes wrong, and what comes right again. */
type Fault = (world: World) => Promise<void>;

const HOUR_MS = 3_600_000;

const onNode =
  (
    fault: (world: World, node: SimNode) => Promise<void> | void,
    which: (node: SimNode) => boolean = () => true,
  ): Fault =>
  async (world) => {
    const node = world.dice.pick(world.nodes.filter((one) => one.steady && !one.destroyed && which(one)));
    if (node) await fault(world, node);
  };
const onTap =
  (fault: (world: World, tap: SimTap) => void): Fault =>
  async (world) => {
    const tap = world.dice.pick(world.taps);
    if (tap) fault(world, tap);
  };

const cutCable = (ways: { up?: boolean; down?: boolean }): Fault =>
  onNode(({ history }, { cable, node_id }) => {
    Object.assign(cable, ways);
    history.note('cable cut', { node: node_id, ...ways });
    history.count('link cut');
  });

function bootLater({ time, dice }: World, node: SimNode): void {
  const off_ms = dice.chance(0.3) ? dice.between(15_000, 40_000) : dice.between(1_500, 9_000);
  time.after(off_ms, () => void node.boot());
}

/** The card of a node that is off is swapped, then the node comes back with what it finds. */
const swapCard = (to: 'empty' | 'image'): Fault =>
  onNode(
    async (world, node) => {
      await node.cut();
      world.time.after(1_200, () => {
        if (node.on || !node.steady) return;
        node.disk.swap(to);
        world.history.note('SD card swapped', { node: node.node_id, to });
        world.history.count(`SD card ${to}`);
        void node.boot();
      });
    },
    (node) => node.on,
  );

const jumpOf = ({ dice }: World): number => dice.pick([-72, -1, 1, 72, 24 * 9]) ?? 0;

export const FAULTS = {
  'cable cut': { weight: 1, fault: cutCable({ up: false, down: false }) },
  'requests lost': { weight: 1, fault: cutCable({ up: false }) },
  'replies lost': { weight: 1.5, fault: cutCable({ down: false }) },
  'cable bad': {
    weight: 2,
    fault: onNode(({ dice, history }, { cable, node_id }) => {
      const bad = {
        loss: dice.between(0, 30) / 100,
        duplicates: dice.between(0, 40) / 100,
        most_ms: dice.pick([50, 400, 3_000]) ?? 50,
      };
      Object.assign(cable, bad);
      history.note('cable bad', { node: node_id, ...bad });
    }),
  },
  'cable healed': {
    weight: 8,
    fault: onNode(({ history }, { cable, node_id }) => {
      cable.heal();
      history.note('cable healed', { node: node_id });
    }),
  },
  'power cut': {
    weight: 2.5,
    fault: onNode(
      async (world, node) => {
        await node.cut();
        if (world.dice.chance(0.3)) node.disk.keepImage();
        bootLater(world, node);
      },
      (node) => node.on,
    ),
  },
  'node restarted': {
    weight: 1,
    fault: onNode(
      async (world, node) => {
        void node.stop().then(() => bootLater(world, node));
      },
      (node) => node.on,
    ),
  },
  'power back': {
    weight: 3,
    fault: onNode(
      (_, node) => node.boot(),
      (node) => !node.on,
    ),
  },
  'SD card empty': { weight: 0.5, fault: swapCard('empty') },
  'SD card image': { weight: 0.6, fault: swapCard('image') },
  'disk full': {
    weight: 0.5,
    fault: onNode(({ time, dice, history }, { disk, node_id }) => {
      disk.full = true;
      history.note('disk full', { node: node_id });
      time.after(dice.between(2_000, 20_000), () => (disk.full = false));
    }),
  },
  'till restarted': {
    weight: 1.2,
    fault: async ({ till, time, dice, history }) => {
      if (!till.up) return;
      till.kill();
      history.note('till killed');
      history.count('till restarted');
      time.after(dice.between(300, 12_000), () => {
        if (!till.up) void till.start();
      });
    },
  },
  'node clock jumps': {
    weight: 1,
    fault: onNode((world, node) => {
      node.jump(jumpOf(world) * HOUR_MS);
      world.history.count('node clock jumped');
    }),
  },
  'till clock jumps': {
    weight: 1,
    fault: async (world) => {
      world.till.jump(jumpOf(world) * HOUR_MS);
      world.history.count('till clock jumped');
    },
  },
  'card flaps': {
    weight: 4,
    fault: onTap(({ dice, history }, tap) => {
      tap.flap(dice.between(20, 1_200));
      history.note('card flaps', { tap_id: tap.tap_id });
    }),
  },
  'reader lost': {
    weight: 0.7,
    fault: onTap(({ dice, history }, tap) => {
      tap.unplugReader(dice.between(500, 8_000));
      history.count('reader lost');
    }),
  },
  'keg kicks': {
    weight: 0.7,
    fault: onTap(({ history }, tap) => {
      tap.kick();
      history.count('keg kicked');
    }),
  },
  leak: {
    weight: 0.7,
    fault: onNode(({ dice, history }, node) => {
      if (!node.on || !node.idle) return;
      for (const tap of node.taps) tap.leak(dice.between(5, 60));
      history.count('leak');
    }),
  },
  'node destroyed': {
    weight: 0.12,
    fault: onNode(async (world, node) => {
      if (world.nodes.length < 2) return;
      await node.cut();
      node.destroyed = true;
      world.history.count('node destroyed');
    }),
  },
} satisfies Record<string, { weight: number; fault: Fault }>;
