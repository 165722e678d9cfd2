import { FLAGS } from '#domain/flags';
import { KEG_FATES } from '#domain/keg/decideTakeOff';
import { at, engineer, lead, maybeApproval, rowsOf, someone } from './step.ts';
import type { Pick, Step } from './step.ts';
import { key, outcomeOf } from './walkBar.ts';
import type { TillCaller, WalkBar } from './walkBar.ts';

const tapOf = (bar: WalkBar, n: number): number =>
  at(
    bar.nodes.flatMap(({ taps }) => taps),
    n,
  )?.tap_id ?? 0;
const onTap =
  (act: (till: TillCaller, tap_id: number, of: { bar: WalkBar; pick: Pick }) => Promise<unknown>): Step =>
  async (bar, pick) =>
    outcomeOf(act(await someone(bar, pick), tapOf(bar, pick.which), { bar, pick }));
const kegs = (bar: WalkBar, where = 'true') =>
  rowsOf<{ keg_id: number; beverage_id: number; tap_id: number | null }>(
    bar,
    `SELECT k.id AS keg_id, k.beverage_id, t.id AS tap_id FROM kegs k LEFT JOIN taps t ON t.keg_id = k.id WHERE ${where} ORDER BY k.id`,
  );
const fate = ({ other }: Pick) => at(KEG_FATES, other) ?? 'partial';
const ALL_WEEK = [1, 2, 3, 4, 5, 6, 7];

export const BAR_STEPS = {
  async openShift(bar, pick) {
    return outcomeOf((await lead(bar)).shifts.open({ ...key(), float_minor: 100 * pick.ml }));
  },
  /** Every tap is answered for; visits and pours are not waived by anybody. */
  async closeShift(bar, pick) {
    const numbers = bar.nodes.flatMap(({ taps }) => taps.map(({ number }) => number));
    const waivers = numbers.map((tap_number) => ({ tap_number, reason: 'It is late' }));
    const { approval } = bar.as.shift_lead;
    const count = { counted_cash_minor: pick.ml, reason: 'As counted' };
    return outcomeOf((await lead(bar)).shifts.close({ ...key(), ...count, waivers, approval }));
  },
  async takeX(bar) {
    return outcomeOf((await lead(bar)).shifts.takeX(key()));
  },
  async handOver(bar, pick) {
    const { approval } = bar.as[pick.other % 2 === 0 ? 'shift_lead' : 'engineer'];
    return outcomeOf(
      (await someone(bar, pick)).cash.handOver({
        ...key(),
        counted_cash_minor: 100 * pick.ml,
        reason: pick.ml % 4 === 0 ? null : 'As counted',
        to: approval,
      }),
    );
  },
  async moveCash(bar, pick) {
    return outcomeOf(
      (await someone(bar, pick)).cash.move({
        ...key(),
        direction: pick.other % 2 === 0 ? 'in' : 'out',
        amount_minor: 1 + 10 * pick.ml,
        reason: 'Change',
        approval: maybeApproval(bar, pick.ml),
      }),
    );
  },
  async receiveKeg(bar, pick) {
    const keg = at(await kegs(bar), pick.which);
    return (
      keg &&
      outcomeOf(
        (await someone(bar, pick)).kegs.receive({
          ...key(),
          beverage_id: keg.beverage_id,
          size_ml: 1 + 20 * pick.ml,
        }),
      )
    );
  },
  async putKegOn(bar, pick) {
    const keg = at(await kegs(bar, `k.state = 'in_store'`), pick.other);
    return (
      keg && onTap((till, tap_id) => till.kegs.putOnTap({ ...key(), tap_id, keg_id: keg.keg_id }))(bar, pick)
    );
  },
  takeKegOff: onTap((till, tap_id, { pick }) =>
    till.kegs.takeOff({ ...key(), tap_id, fate: fate(pick), reason: 'Tastes off' }),
  ),
  async changeKeg(bar, pick) {
    const keg = at(await kegs(bar, `k.state = 'in_store'`), pick.ml);
    return (
      keg &&
      onTap((till, tap_id) =>
        till.kegs.change({ ...key(), tap_id, keg_id: keg.keg_id, fate: fate(pick), reason: 'Is empty' }),
      )(bar, pick)
    );
  },
  async markKegEmpty(bar, pick) {
    const keg = at(await kegs(bar), pick.which);
    return (
      keg &&
      outcomeOf(
        (await someone(bar, pick)).kegs.markEmpty({ ...key(), keg_id: keg.keg_id, reason: 'Only foam' }),
      )
    );
  },
  async returnKeg(bar, pick) {
    const keg = at(await kegs(bar), pick.which);
    return (
      keg &&
      outcomeOf(
        (await lead(bar)).kegs.markReturned({ ...key(), keg_id: keg.keg_id, reason: 'To the brewery' }),
      )
    );
  },
  async correctKeg(bar, pick) {
    const from = at(await kegs(bar, 't.id IS NOT NULL'), pick.which);
    const to = at(await kegs(bar, `k.state = 'in_store'`), pick.other);
    if (!from?.tap_id || !to) return undefined;
    return outcomeOf(
      (await lead(bar)).kegs.correct({
        ...key(),
        tap_id: from.tap_id,
        from_keg_id: from.keg_id,
        to_keg_id: to.keg_id,
        since: new Date(Date.now() - 50 * pick.ml).toISOString(),
        fate: fate(pick),
        reason: 'Wrong keg chosen',
      }),
    );
  },
  setTapStatus: onTap((till, tap_id, { pick }) =>
    till.taps.setStatus({
      ...key(),
      tap_id,
      status: pick.ml % 3 === 0 ? 'disabled' : 'selling',
      reason: 'Drips',
    }),
  ),
  resetTap: onTap((till, tap_id) => till.taps.reset({ ...key(), tap_id, reason: 'Entered by hand' })),
  startCleaning: onTap((till, tap_id, { pick }) =>
    till.taps.startCleaning({ ...key(), tap_id, reason: 'Two weeks', circulated: pick.ml % 2 === 0 }),
  ),
  endCleaning: onTap((till, tap_id, { pick }) =>
    till.taps.endCleaning({ ...key(), tap_id, then: pick.ml % 5 === 0 ? 'disabled' : 'selling' }),
  ),
  async calibrate(bar, pick) {
    const measured = [0, 1, 2].map((n) => ({ pulses: 5_400 + n * (pick.ml % 40), ml: 1_000 }));
    return outcomeOf(
      (await engineer(bar)).taps.calibrate({ ...key(), tap_id: tapOf(bar, pick.which), measured }),
    );
  },
  async emergencyStop(bar, pick) {
    return outcomeOf((await someone(bar, pick)).taps.emergencyStop({ reason: 'Smoke' }));
  },
  async endEmergencyStop(bar) {
    return outcomeOf((await lead(bar)).taps.endEmergencyStop({ reason: 'It was a grill' }));
  },
  async setPrice(bar, pick) {
    return outcomeOf(
      (await lead(bar)).prices.set({
        ...key(),
        replaces: null,
        name: 'Happy hour',
        beverage_id: null,
        weekdays: ALL_WEEK,
        from_minute: 0,
        until_minute: 1_440,
        staff_only: pick.other % 4 === 0,
        effect: { kind: 'percent', percent_off: 1 + (pick.ml % 100) },
        reason: 'Quiet evening',
      }),
    );
  },
  async removePrice(bar, pick) {
    const till = await lead(bar);
    const rule = at(await till.prices.list(), pick.which);
    return rule && outcomeOf(till.prices.remove({ ...key(), rule_id: rule.rule_id, reason: 'It is over' }));
  },
  async setFlag(bar, pick) {
    const name = at(FLAGS, pick.which) ?? 'FF_VISIT_ENFORCEMENT';
    const enabled = pick.other % 3 === 0;
    return outcomeOf((await engineer(bar)).flags.set({ ...key(), name, enabled, reason: 'A trial' }));
  },
  async setMoneyRules(bar, pick) {
    const values = { debt_refuses: pick.which % 2 === 0, debt_from_top_up: pick.other % 2 === 0 };
    return outcomeOf(
      (await engineer(bar)).settings.set({ ...key(), section: 'money', values, reason: 'A trial' }),
    );
  },
  async signOut(bar, pick) {
    return outcomeOf(bar.as[pick.which % 2 === 0 ? 'cashier' : 'shift_lead'].signOut());
  },
  async signInWrongly(bar, pick) {
    const { operator_id } = bar.as.cashier.approval;
    return outcomeOf((await someone(bar, pick)).session.signIn({ operator_id, pin: '9999' }));
  },
} satisfies Record<string, Step>;
