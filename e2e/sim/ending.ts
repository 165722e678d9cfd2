import { closeVisit } from '#server/services/closeVisit';
import { reconcilePour } from '#server/services/reconcilePour';
import { resetTap } from '#server/services/resetTap';
import { ACTS, endShift } from './acts.ts';
import { POUR_TIMES } from './bar.ts';
import { lookAtBooks } from './schedule.ts';
import type { World } from './world.ts';

const LOOK_MS = 1_500;
const DRAIN_MS = 25_000;
const NO_LEASE_LEFT_MS = POUR_TIMES.lease_ms + 2_000;

/**
 * The evening ends: what can be mended is, guests go, leases run out; then every visit and the shift must close by the acts
 * that the till offers (invariant 9). A node that nobody could mend comes back last: what it still held moves no money.
 */
export async function endEvening(world: World): Promise<void> {
  const { time, nodes, taps, till, cashier, history } = world;
  for (const tap of taps) tap.lift();
  for (const node of nodes) node.cable.heal();
  for (const node of nodes) node.disk.full = false;
  if (!till.up) await till.start();
  await time.pass(4_000);
  await ACTS['emergency stop over'].act(cashier);
  for (const node of nodes) await node.boot();
  await passUntil(world, DRAIN_MS, async () => nodes.every((node) => node.destroyed || node.idle));
  for (const node of nodes)
    if (!node.destroyed && !node.idle)
      history.violate('a node does not come to rest', { node: node.node_id });
  await passUntil(world, NO_LEASE_LEFT_MS, async () =>
    (await cashier.unsettled()).every(({ lease_over }) => lease_over),
  );
  await resolveAll(world);
  await lookAtBooks(world);
  const closed = await endShift(cashier);
  if (!closed) history.violate('the shift does not close');
  await comeBack(world);
  await lookAtBooks(world);
}

async function resolveAll(world: World): Promise<void> {
  const { cashier, dice, history } = world;
  const { actor, approver } = cashier;
  for (const { grant_id, visit_id, limit_ml } of await cashier.unsettled()) {
    const ml = dice.between(0, limit_ml);
    const input = {
      ...cashier.once(),
      visit_id,
      grant_id,
      ml,
      short_id: null,
      reason: 'node is gone',
      approver,
    };
    const entered = await cashier.does('reconcile', (deps) => reconcilePour(deps, actor, input));
    if (entered) cashier.truth.by_hand.set(grant_id, ml);
    else history.violate('an unsettled grant cannot be entered by hand', { grant_id });
  }
  for (const { visit_id, version } of await cashier.visits()) {
    const end = { reason: 'goes home', card_returned: false, remainder: 'keep', method: 'cash' } as const;
    const input = { ...cashier.once(), visit_id, expected_version: version, ...end, approver };
    const closed = await cashier.does('close visit', (deps) => closeVisit(deps, actor, input));
    if (!closed) history.violate('a visit does not close', { visit_id });
  }
  const waiting = await cashier.sees<{ tap_id: number }>(
    `SELECT id AS tap_id FROM taps WHERE status = 'processing_sync' ORDER BY id`,
  );
  for (const { tap_id } of waiting) {
    const input = { ...cashier.once(), tap_id, reason: 'looked at' };
    const sells = await cashier.does('reset tap', (deps) => resetTap(deps, actor, input));
    if (!sells) history.violate('a tap cannot be reset', { tap_id });
  }
}

/** After the Z: nodes thought lost are found in a drawer. */
async function comeBack(world: World): Promise<void> {
  const { nodes, history } = world;
  const lost = nodes.filter((node) => node.destroyed);
  if (lost.length === 0) return;
  const before = await entries(world);
  for (const node of lost) {
    node.destroyed = false;
    await node.boot();
  }
  await passUntil(world, DRAIN_MS, async () => lost.every((node) => node.idle));
  if ((await entries(world)) !== before) history.violate('money moved after the Z');
  if (lost.some((node) => !node.idle)) history.violate('a found node does not come to rest');
}

/** At most so long; what was waited for is looked at by the caller. */
async function passUntil({ time }: World, most_ms: number, isSo: () => Promise<boolean>): Promise<void> {
  for (let passed = 0; passed < most_ms; passed += LOOK_MS) {
    await time.pass(LOOK_MS);
    if (await isSo()) return;
  }
}

async function entries({ cashier }: World): Promise<number> {
  const [row] = await cashier.sees<{ n: number }>('SELECT count(*) AS n FROM ledger_entries');
  return row?.n ?? -1;
}
