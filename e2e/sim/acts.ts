import { cardFound } from '#server/services/cardFound';
import { changeKeg } from '#server/services/changeKeg';
import { closeShift } from '#server/services/closeShift';
import { closeVisit } from '#server/services/closeVisit';
import { closeWalkedOut } from '#server/services/closeWalkedOut';
import { forceUnlock } from '#server/services/forceUnlock';
import { issueCard } from '#server/services/issueCard';
import { markKegEmpty } from '#server/services/markKegEmpty';
import { openShift } from '#server/services/openShift';
import { openVisit } from '#server/services/openVisit';
import { receiveKeg } from '#server/services/receiveKeg';
import { reconcilePour } from '#server/services/reconcilePour';
import { refund } from '#server/services/refund';
import { replaceCard } from '#server/services/replaceCard';
import { reportCardLost } from '#server/services/reportCardLost';
import { resetTap } from '#server/services/resetTap';
import { resolveReview } from '#server/services/resolveReview';
import { setEmergencyStop } from '#server/services/setEmergencyStop';
import { topUp } from '#server/services/topUp';
import type { Cashier, ShownVisit } from './cashier.ts';

/*
 * What people do at the till, each by the service that the till's procedure calls. Everything is tried whenever it comes to
 * somebody's mind: what is not possible now is refused, and that is counted too.
 */
type Act = (by: Cashier) => Promise<void>;

export const CARDS = Array.from(
  { length: 14 },
  (_, n) => `04A0B1C2D3${n.toString(16).padStart(2, '0').toUpperCase()}80`,
);
const KEG_ML = 30_000;

async function freeCard(by: Cashier): Promise<string | undefined> {
  const taken = await by.sees<{ uid: string }>(`SELECT uid FROM cards WHERE state IN ('assigned', 'lost')`);
  const free = CARDS.filter((uid) => !taken.some((card) => card.uid === uid));
  return by.dice.pick(free);
}

const onVisit =
  (
    act: (by: Cashier, visit: ShownVisit) => Promise<unknown>,
    which: (visit: ShownVisit) => boolean = () => true,
  ): Act =>
  async (by) => {
    const visit = by.dice.pick((await by.visits()).filter(which));
    if (visit) await act(by, visit);
  };

const versioned = (by: Cashier, { visit_id, version }: ShownVisit) => ({
  ...by.once(),
  visit_id,
  expected_version: by.dice.chance(0.05) ? Math.max(1, version - 1) : version,
});

async function welcome(by: Cashier): Promise<void> {
  const { dice, actor } = by;
  if ((await by.visits()).length >= 5) return;
  const card_uid = (await freeCard(by)) ?? null;
  const name = dice.chance(0.6) ? `Guest ${dice.between(1, 999)}` : null;
  const guest = { name, phone: null, age_confirmed: true };
  const input = { ...by.once(), guest_id: null, guest, card_uid };
  const opened = await by.does('open visit', (deps) => openVisit(deps, actor, input));
  if (opened) await pay(by, opened.visit_id);
}

async function pay(by: Cashier, visit_id: number): Promise<void> {
  const { dice, actor, truth } = by;
  const amount_minor = dice.between(20, 400) * 100;
  const input = { ...by.once(), visit_id, amount_minor, method: 'cash' as const };
  const paid = await by.does('top up', (deps) => topUp(deps, actor, input));
  if (!paid) return;
  const [visit] = await by.sees<{ guest_id: number }>('SELECT guest_id FROM visits WHERE id = $1', [
    visit_id,
  ]);
  if (visit) truth.paid_in.set(visit.guest_id, (truth.paid_in.get(visit.guest_id) ?? 0) + amount_minor);
}

async function reconcile(by: Cashier): Promise<void> {
  const all = await by.unsettled();
  const over = all.filter(({ lease_over }) => lease_over);
  const grant = by.dice.pick(over.length > 0 && by.dice.chance(0.8) ? over : all);
  if (!grant) return;
  const { dice, truth } = by;
  const { grant_id, visit_id, limit_ml, short_id } = grant;
  const seen = [...truth.pours.values()].find((pour) => pour.tap_id === grant.tap_id && pour.ended !== null);
  const ml = dice.chance(0.4) && seen?.ended ? Math.min(limit_ml, seen.ended.ml) : dice.between(0, limit_ml);
  const code = dice.chance(0.8) ? short_id : dice.chance(0.5) ? null : '000000';
  const input = {
    ...by.once(),
    visit_id,
    grant_id,
    ml,
    short_id: code,
    reason: 'no report came',
    approver: by.approver,
  };
  const entered = await by.does('reconcile', (deps) => reconcilePour(deps, by.actor, input));
  if (entered && !truth.by_hand.has(grant_id)) truth.by_hand.set(grant_id, ml);
}

async function closeAndOpenShift(by: Cashier): Promise<void> {
  const { actor, lead } = by;
  const reason = 'end of the evening';
  const walked = { ...by.once(), reason, approver: by.approver };
  await by.does('close walked out', (deps) => closeWalkedOut(deps, actor, walked));
  await endShift(by);
  const opening = { ...by.once(), float_minor: 0 };
  await by.does('open shift', (deps) => openShift(deps, lead, opening));
}

/** Every tap is answered for: only those that are silent need it. */
export async function endShift(by: Cashier): Promise<{ z_number: number } | null> {
  const taps = await by.sees<{ number: number }>('SELECT number FROM taps ORDER BY number');
  const waivers = taps.map(({ number }) => ({ tap_number: number, reason: 'does not answer' }));
  const input = { ...by.once(), reason: 'counted', counted_cash_minor: 0, waivers, approver: by.approver };
  return by.does('close shift', (deps) => closeShift(deps, by.actor, input));
}

async function swapKeg(by: Cashier): Promise<void> {
  const [tap] = await by.sees<{ tap_id: number; beverage_id: number }>(
    `SELECT t.id AS tap_id, k.beverage_id FROM taps t JOIN kegs k ON k.id = t.keg_id ORDER BY k.state = 'empty' DESC, t.id OFFSET $1 LIMIT 1`,
    [by.dice.between(0, 1)],
  );
  if (!tap) return;
  const arriving = { ...by.once(), beverage_id: tap.beverage_id, size_ml: KEG_ML };
  const keg = await by.does('receive keg', (deps) => receiveKeg(deps, by.actor, arriving));
  if (!keg) return;
  const fate = by.dice.pick(['partial', 'empty', 'returned'] as const) ?? 'partial';
  const change = { ...by.once(), tap_id: tap.tap_id, keg_id: keg.keg_id, fate, reason: 'changed' };
  await by.does('change keg', (deps) => changeKeg(deps, by.actor, change));
}

async function sayEmpty(by: Cashier): Promise<void> {
  const kegs = await by.sees<{ keg_id: number }>(
    'SELECT keg_id FROM taps WHERE keg_id IS NOT NULL ORDER BY id',
  );
  const keg = by.dice.pick(kegs);
  if (!keg) return;
  const input = { ...by.once(), keg_id: keg.keg_id, reason: 'only foam' };
  await by.does('mark keg empty', (deps) => markKegEmpty(deps, by.actor, input));
}

async function findCard(by: Cashier): Promise<void> {
  const lost = by.dice.pick(
    await by.sees<{ lost_id: number }>(
      'SELECT id AS lost_id FROM lost_cards WHERE found_at IS NULL ORDER BY id',
    ),
  );
  if (!lost) return;
  const input = { ...by.once(), lost_id: lost.lost_id };
  await by.does('card found', (deps) => cardFound(deps, by.actor, input));
}

async function wakeTap(by: Cashier): Promise<void> {
  const tap = by.dice.pick(
    await by.sees<{ tap_id: number }>(
      `SELECT id AS tap_id FROM taps WHERE status = 'processing_sync' ORDER BY id`,
    ),
  );
  if (!tap) return;
  const input = { ...by.once(), tap_id: tap.tap_id, reason: 'looked at' };
  await by.does('reset tap', (deps) => resetTap(deps, by.actor, input));
}

async function review(by: Cashier): Promise<void> {
  const item = by.dice.pick(
    await by.sees<{ review_id: number }>(
      `SELECT id AS review_id FROM review_items WHERE state = 'open' ORDER BY id`,
    ),
  );
  if (!item) return;
  const input = {
    ...by.once(),
    review_id: item.review_id,
    resolution: 'keep' as const,
    reason: 'seen',
    approver: by.approver,
  };
  await by.does('resolve review', (deps) => resolveReview(deps, by.actor, input));
}

const pressStop =
  (on: boolean): Act =>
  async (by) =>
    void (await by.does(on ? 'emergency stop' : 'emergency stop over', (deps) =>
      setEmergencyStop(deps, by.actor, { on, reason: 'glass broke' }),
    ));

export const ACTS = {
  'open visit': { weight: 5, act: welcome },
  'top up': { weight: 3, act: onVisit((by, { visit_id }) => pay(by, visit_id)) },
  refund: {
    weight: 2,
    act: onVisit((by, visit) => {
      const amount_minor = by.dice.between(1, Math.max(1, visit.balance_minor));
      const input = {
        ...versioned(by, visit),
        amount_minor,
        method: 'cash' as const,
        reason: 'wants it back',
      };
      return by.does('refund', (deps) => refund(deps, by.actor, input));
    }),
  },
  'force unlock': {
    weight: 4,
    act: onVisit(
      (by, visit) => {
        const input = { ...versioned(by, visit), reason: 'stuck' };
        return by.does('force unlock', (deps) => forceUnlock(deps, by.actor, input));
      },
      (visit) => visit.locked,
    ),
  },
  'report lost': {
    weight: 1,
    act: onVisit((by, { visit_id }) => {
      const input = { ...by.once(), visit_id, reason: 'cannot find it' };
      return by.does('report lost', (deps) => reportCardLost(deps, by.actor, input));
    }),
  },
  'replace card': {
    weight: 2,
    act: onVisit(async (by, visit) => {
      const card_uid = await freeCard(by);
      const input = { ...versioned(by, visit), card_uid: card_uid ?? '' };
      if (card_uid) await by.does('replace card', (deps) => replaceCard(deps, by.actor, input));
    }),
  },
  'issue card': {
    weight: 3,
    act: onVisit(
      async (by, visit) => {
        const card_uid = await freeCard(by);
        const input = { ...versioned(by, visit), card_uid: card_uid ?? '' };
        if (card_uid) await by.does('issue card', (deps) => issueCard(deps, by.actor, input));
      },
      (visit) => visit.uid === null,
    ),
  },
  reconcile: { weight: 9, act: reconcile },
  'close visit': {
    weight: 2,
    act: onVisit((by, visit) => {
      const remainder = by.dice.chance(0.6) ? ('refund' as const) : ('keep' as const);
      const end = {
        reason: 'goes home',
        card_returned: by.dice.chance(0.8),
        remainder,
        method: 'cash' as const,
      };
      const input = { ...versioned(by, visit), ...end, approver: by.approver };
      return by.does('close visit', (deps) => closeVisit(deps, by.actor, input));
    }),
  },
  'change keg': { weight: 2, act: swapKeg },
  'mark keg empty': { weight: 0.4, act: sayEmpty },
  'card found': { weight: 1, act: findCard },
  'reset tap': { weight: 1, act: wakeTap },
  review: { weight: 1, act: review },
  'close shift': { weight: 0.7, act: closeAndOpenShift },
  'emergency stop': { weight: 0.4, act: pressStop(true) },
  'emergency stop over': { weight: 3, act: pressStop(false) },
} satisfies Record<string, { weight: number; act: Act }>;
