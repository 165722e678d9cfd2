import { HOUSE_PURPOSES } from '#domain/visit/house';
import { aTx } from '../pours.ts';
import { activeVisits, at, lead, maybeApproval, rowsOf, someone } from './step.ts';
import type { ActiveVisit, Pick, Step } from './step.ts';
import { key, outcomeOf } from './walkBar.ts';
import type { TillCaller, WalkBar } from './walkBar.ts';

/** What is done with a visit that is there; its version is what the screen shows. */
const onVisit =
  (act: (till: TillCaller, visit: ActiveVisit, of: { bar: WalkBar; pick: Pick }) => Promise<unknown>): Step =>
  async (bar, pick) => {
    const visit = at(await activeVisits(bar), pick.which);
    return visit && outcomeOf(act(await someone(bar, pick), visit, { bar, pick }));
  };
const command = ({ visit_id, expected_version }: ActiveVisit) => ({ ...key(), visit_id, expected_version });
const methodOf = ({ other }: Pick) => (other % 3 === 0 ? ('card_terminal' as const) : ('cash' as const));
const cardOf = (bar: WalkBar, n: number) => bar.cards[n % bar.cards.length] ?? aCardUid();
const aCardUid = () => `04${aTx().slice(0, 12).toUpperCase()}`;

type Debt = { guest_id: number; amount_minor: number };
const debts = (bar: WalkBar) =>
  rowsOf<Debt>(
    bar,
    `SELECT a.guest_id, (-sum(e.amount_minor))::bigint AS amount_minor FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id
     WHERE a.kind = 'receivable' GROUP BY a.guest_id HAVING sum(e.amount_minor) < 0 ORDER BY a.guest_id`,
  );
const onDebt =
  (act: (till: TillCaller, debt: Debt, of: { bar: WalkBar; pick: Pick }) => Promise<unknown>): Step =>
  async (bar, pick) => {
    const debt = at(await debts(bar), pick.which);
    return debt && outcomeOf(act(await someone(bar, pick), debt, { bar, pick }));
  };
const guests = (bar: WalkBar) =>
  rowsOf<{ guest_id: number }>(bar, 'SELECT id AS guest_id FROM guests WHERE erased_at IS NULL ORDER BY id');

export const GUEST_STEPS = {
  async openVisit(bar, pick) {
    const till = await someone(bar, pick);
    const known = at(await guests(bar), pick.other);
    const free = await rowsOf<{ uid: string }>(
      bar,
      `SELECT uid FROM cards WHERE state IN ('available', 'missing') ORDER BY id`,
    );
    const card_uid =
      pick.ml % 9 === 0 ? null : pick.ml % 9 === 1 ? cardOf(bar, pick.which) : at(free, pick.which)?.uid;
    if (known && pick.other % 3 === 0)
      return outcomeOf(
        till.visits.open({ ...key(), guest_id: known.guest_id, age_confirmed: true, card_uid }),
      );
    const name = pick.other % 2 === 0 ? null : `Guest ${pick.ml}`;
    return outcomeOf(till.visits.open({ ...key(), guest: { name, age_confirmed: true }, card_uid }));
  },
  issueCard: onVisit((till, visit, { bar, pick }) =>
    till.visits.issueCard({ ...command(visit), card_uid: cardOf(bar, pick.other) }),
  ),
  replaceCard: onVisit((till, visit, { bar, pick }) =>
    till.visits.replaceCard({ ...command(visit), card_uid: cardOf(bar, pick.other), reason: 'Bent' }),
  ),
  async addCard(bar, pick) {
    const uid = aCardUid();
    bar.cards.push(uid);
    return outcomeOf((await someone(bar, pick)).cards.addToPool({ uid }));
  },
  reportLost: onVisit((till, { visit_id }) => till.visits.reportLost({ ...key(), visit_id, reason: 'Gone' })),
  async cardFound(bar, pick) {
    const till = await someone(bar, pick);
    const lost = at(
      (await till.cards.lost()).filter(({ found_at }) => found_at === null),
      pick.which,
    );
    return lost && outcomeOf(till.cards.found({ ...key(), lost_id: lost.lost_id }));
  },
  topUp: onVisit((till, { visit_id }, { pick }) =>
    till.visits.topUp({ ...key(), visit_id, amount_minor: 1 + 40 * pick.ml, method: methodOf(pick) }),
  ),
  refund: onVisit((till, visit, { bar, pick }) =>
    till.visits.refund({
      ...command(visit),
      amount_minor: 1 + 10 * pick.ml,
      method: methodOf(pick),
      reason: 'Wants it',
      approval: maybeApproval(bar, pick.ml),
    }),
  ),
  closeVisit: onVisit((till, visit, { bar, pick }) =>
    till.visits.close({
      ...command(visit),
      reason: 'Goes',
      card_returned: pick.ml % 2 === 0,
      remainder: pick.other % 2 === 0 ? 'refund' : 'keep',
      method: methodOf(pick),
      approval: maybeApproval(bar, pick.ml),
    }),
  ),
  async closeWalkedOut(bar) {
    return outcomeOf(
      (await lead(bar)).visits.closeWalkedOut({
        ...key(),
        reason: 'Not seen',
        approval: bar.as.shift_lead.approval,
      }),
    );
  },
  async openHouse(bar, pick) {
    return outcomeOf(
      (await someone(bar, pick)).visits.openHouse({
        ...key(),
        purpose: at(HOUSE_PURPOSES, pick.which) ?? 'tasting',
        card_uid: pick.other % 4 === 0 ? null : cardOf(bar, pick.other),
        reason: 'New keg',
        approval: maybeApproval(bar, pick.ml),
      }),
    );
  },
  raiseLimit: onVisit((till, { visit_id }, { bar, pick }) =>
    till.visits.raiseLimit({
      ...key(),
      visit_id,
      extra: 1 + pick.ml,
      reason: 'Eats well',
      approval: bar.as.shift_lead.approval,
    }),
  ),
  blockGuest: onVisit((till, { guest_id }, { pick }) =>
    till.guests.setBlocked({ ...key(), guest_id, blocked: pick.ml % 3 > 0, reason: 'Shouts' }),
  ),
  updateGuest: onVisit((till, { guest_id }, { pick }) =>
    till.guests.update({ ...key(), guest_id, name: pick.ml % 2 === 0 ? null : `Guest ${pick.ml}` }),
  ),
  async eraseGuest(bar, pick) {
    const guest = at(await guests(bar), pick.which);
    return (
      guest &&
      outcomeOf(
        (await lead(bar)).guests.erase({
          ...key(),
          ...guest,
          reason: 'Asked for it',
          remainder: pick.ml % 2 === 0 ? 'none' : 'unclaimed',
          approval: bar.as.shift_lead.approval,
        }),
      )
    );
  },
  payDebt: onDebt((till, debt, { pick }) =>
    till.receivables.pay({ ...key(), ...debt, method: methodOf(pick) }),
  ),
  writeOffDebt: onDebt((till, debt, { bar }) =>
    till.receivables.writeOff({
      ...key(),
      ...debt,
      reason: 'Not worth it',
      approval: bar.as.shift_lead.approval,
    }),
  ),
  async carryDebt(bar, pick) {
    const debt = at(await debts(bar), pick.which);
    const others = (await guests(bar)).filter(({ guest_id }) => guest_id !== debt?.guest_id);
    const other = at(others, pick.other);
    if (!debt || !other) return undefined;
    return outcomeOf(
      (await someone(bar, pick)).receivables.carry({
        ...key(),
        ...debt,
        to_guest_id: other.guest_id,
        reason: 'Pays for a friend',
        approval: maybeApproval(bar, pick.ml),
      }),
    );
  },
} satisfies Record<string, Step>;
