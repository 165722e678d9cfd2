import { RESOLUTIONS } from '#domain/review/states';
import { END_REASONS } from '#domain/pour/statuses';
import { aStrayReport, aTx } from '../pours.ts';
import { activeVisits, at, rowsOf, someone } from './step.ts';
import type { Pick, Step } from './step.ts';
import type { Journalled, TapNode } from './tapNode.ts';
import { key, outcomeOf, passTime } from './walkBar.ts';
import type { WalkBar } from './walkBar.ts';

const awake = (bar: WalkBar, n: number): TapNode | undefined =>
  at(
    bar.nodes.filter((node) => node.on),
    n,
  );
const onNode =
  (act: (node: TapNode, of: { bar: WalkBar; pick: Pick }) => Promise<unknown>): Step =>
  async (bar, pick) => {
    const node = awake(bar, pick.which);
    if (!node) return undefined;
    let said: unknown;
    const outcome = await outcomeOf(act(node, { bar, pick }).then((answer) => (said = answer)));
    return outcome === 'done' && typeof said === 'string' ? said : outcome;
  };
/** A grant whose pour the node has not ended; the one at hand is the latest. */
const running = (node: TapNode): Journalled | undefined =>
  node.grants.findLast(({ report, cancelled }) => report === null && !cancelled);
const onRunning = (
  act: (node: TapNode, grant: Journalled, of: { bar: WalkBar; pick: Pick }) => Promise<unknown>,
): Step =>
  async function (bar, pick) {
    const node = at(
      bar.nodes.filter((one) => one.on && running(one)),
      pick.which,
    );
    const grant = node && running(node);
    return grant && onNode((_, of) => act(node, grant, of))(bar, pick);
  };
const journal = (node: TapNode, of: Journalled, { ml, other }: Pick, over_ml = 0): void => {
  const metered_ml = over_ml > 0 ? of.grant.limit_ml + over_ml : Math.min(ml, of.grant.limit_ml);
  node.journal(of, { metered_ml, end_reason: at(END_REASONS, other), offline: over_ml > 0 });
};
const reported = (node: TapNode) => node.grants.filter(({ report }) => report !== null);

type Pour = { pour_id: number; ml: number };
const charged = (bar: WalkBar) =>
  rowsOf<Pour>(
    bar,
    `SELECT id AS pour_id, billed_ml AS ml FROM pours WHERE sync_status IN ('synced', 'reconciled') AND billed_ml > 0 ORDER BY id`,
  );
type Unsettled = {
  grant_id: string;
  visit_id: number;
  short_id: string;
  limit_ml: number;
  lease_over: boolean;
};
const unsettled = (bar: WalkBar) =>
  rowsOf<Unsettled>(
    bar,
    `SELECT id AS grant_id, visit_id, short_id, limit_ml, lease_over FROM grants WHERE state IN ('open', 'orphaned') ORDER BY lease_over DESC, created_at, id`,
  );

export const POUR_STEPS = {
  async authorise(bar, pick) {
    const held = await rowsOf<{ uid: string }>(
      bar,
      `SELECT c.uid FROM visit_cards x JOIN cards c ON c.id = x.card_id WHERE x.ended_at IS NULL ORDER BY c.id`,
    );
    const uid = at(pick.ml % 8 === 0 ? bar.cards : held.map((card) => card.uid), pick.other);
    if (uid === undefined) return undefined;
    return onNode((node) => node.authorise(at(node.taps, pick.who)?.tap_id ?? 0, uid))(bar, pick);
  },
  progress: onRunning(({ lan }, { grant }, { pick }) =>
    lan.node.progress({ grant_id: grant.grant_id, tap_id: grant.tap_id, ml: pick.ml }),
  ),
  settle: onRunning((node, of, { pick }) => {
    journal(node, of, pick);
    return node.sync();
  }),
  settleOverLimit: onRunning((node, of, { pick }) => {
    journal(node, of, pick, 1 + (pick.ml % 90));
    return node.sync();
  }),
  /** The pour ends while the till cannot be reached. */
  pourUnsent: onRunning(async (node, of, { pick }) => journal(node, of, pick)),
  sync: onNode(async (node) => (node.queue.length > 0 ? node.sync() : 'queue empty')),
  settleAgain: onNode(async (node, { pick }) => {
    const row = at(reported(node), pick.other);
    if (!row?.report) return 'nothing sent';
    node.queue.push({ ...row.report, attempt: row.report.attempt + 1, offline: true, age_ms: 9_000 });
    return node.sync();
  }),
  settleOtherFacts: onNode(async (node, { pick }) => {
    const row = at(reported(node), pick.other);
    if (!row?.report) return 'nothing sent';
    node.queue.push({ ...row.report, metered_ml: row.report.metered_ml + 1, end_reason: 'power_loss' });
    return node.sync();
  }),
  settleStray: onNode(async (node, { pick }) => {
    const tap_id = at(node.taps, pick.other)?.tap_id ?? 0;
    const { verdicts } = await node.lan.node.settle({
      reports: ['not a report', { ...aStrayReport({ tap: { tap_id } as never }), metered_ml: pick.ml }],
    });
    return verdicts.at(-1)?.verdict;
  }),
  cancel: onRunning(async ({ lan }, of) => {
    const { client_tx_id, tap_id } = of.grant;
    const { outcome } = await lan.node.cancel({ client_tx_id, tap_id, boot_id: 'boot-of-the-cancel' });
    of.cancelled = true;
    return outcome;
  }),
  flow: onNode(({ taps, lan }, { pick }) =>
    lan.node.flow({
      flow_id: aTx(),
      tap_id: at(taps, pick.who)?.tap_id ?? 0,
      kind: at(['cleaning', 'leak', 'kick', 'after_close'] as const, pick.other) ?? 'leak',
      pulses: 5 * pick.ml,
      ml: pick.ml,
      age_ms: 100,
    }),
  ),
  heartbeat: onNode((node) => node.heartbeat()),
  reboot: onNode((node, { pick }) => node.hello({ boot: true, journal: pick.ml % 3 === 0 })),
  async passLease(bar) {
    await passTime(bar, 141_000);
    return 'done';
  },
  async passMoment(bar) {
    await passTime(bar, 6_000);
    return 'done';
  },
  async reconcile(bar, pick) {
    const grant = at(await unsettled(bar), pick.other % 2 === 0 ? 0 : pick.which);
    if (!grant) return undefined;
    const { grant_id, visit_id, short_id, limit_ml } = grant;
    return outcomeOf(
      (await someone(bar, pick)).pours.reconcile({
        ...key(),
        grant_id,
        visit_id,
        ml: Math.min(pick.ml, limit_ml),
        short_id: pick.other % 5 === 0 ? null : pick.other % 7 === 0 ? '123456' : short_id,
        reason: 'The tap is silent',
        approval: pick.ml % 2 === 0 ? bar.as.shift_lead.approval : null,
      }),
    );
  },
  /** A node that hears of it reports within the two seconds that it has; one that nobody has heard of lately is not waited for. */
  async forceUnlock(bar, pick) {
    const locked = new Set(
      (await rowsOf<{ visit_id: number }>(bar, `SELECT visit_id FROM grants WHERE state = 'open'`)).map(
        ({ visit_id }) => visit_id,
      ),
    );
    const visit = at(
      (await activeVisits(bar)).filter(({ visit_id }) => locked.has(visit_id)),
      pick.which,
    );
    if (!visit) return undefined;
    const { visit_id, expected_version } = visit;
    const till = await someone(bar, pick);
    const unlock = () =>
      outcomeOf(till.visits.forceUnlock({ ...key(), visit_id, expected_version, reason: 'Is stuck' }));
    const mine = await rowsOf<{ id: string }>(
      bar,
      `SELECT id FROM grants WHERE state = 'open' AND visit_id = ${visit_id}`,
    );
    const node = bar.nodes.find(
      (one) => one.on && one.grants.some(({ grant }) => grant.grant_id === mine[0]?.id),
    );
    const of = node?.grants.find(({ grant }) => grant.grant_id === mine[0]?.id);
    if (!node || !of || of.report || pick.ml % 2 === 0) {
      await passTime(bar, 6_000);
      return unlock();
    }
    await node.heartbeat();
    journal(node, of, pick);
    const [outcome] = await Promise.all([unlock(), node.sync()]);
    return outcome === 'done' ? 'stopped' : outcome;
  },
  async comp(bar, pick) {
    const pour = at(await charged(bar), pick.which);
    return (
      pour &&
      outcomeOf(
        (await someone(bar, pick)).pours.comp({
          ...key(),
          pour_id: pour.pour_id,
          ml: 1 + (pick.ml % Math.max(1, pour.ml)),
          reason: 'Foam',
          approval: pick.ml % 2 === 0 ? bar.as.shift_lead.approval : null,
        }),
      )
    );
  },
  async reverse(bar, pick) {
    const pour = at(await charged(bar), pick.which);
    return (
      pour &&
      outcomeOf(
        (await someone(bar, pick)).pours.reverse({
          ...key(),
          pour_id: pour.pour_id,
          reason: 'Wrong beer',
          approval: pick.ml % 2 === 0 ? bar.as.shift_lead.approval : null,
        }),
      )
    );
  },
  async resolveReview(bar, pick) {
    const review = at(
      await rowsOf<{ id: number }>(bar, `SELECT id FROM review_items WHERE state = 'open' ORDER BY id`),
      pick.which,
    );
    return (
      review &&
      outcomeOf(
        (await someone(bar, pick)).reviews.resolve({
          ...key(),
          review_id: review.id,
          resolution: at(RESOLUTIONS, pick.ml) ?? 'keep',
          reason: 'Looked at it',
          approval: bar.as.shift_lead.approval,
        }),
      )
    );
  },
} satisfies Record<string, Step>;
