import type { PrecheckWire, VisitWire } from '#domain/protocol/till';
import type { ActionBlocker } from '#domain/visit/actions';
import { lead } from './step.ts';
import type { Pick } from './step.ts';
import { key, outcomeOf, passTime } from './walkBar.ts';
import type { WalkBar } from './walkBar.ts';

/** More than so many acts for one blocker, and a shift lead would say that there is no way out. */
export const ACTS_PER_BLOCKER = 10;

type Line = PrecheckWire['lines'][number];
type Evening = { bar: WalkBar; wish: Pick; acts: string[] };

/**
 * A shift lead ends the evening with what the till shows and nothing else: the lines of the check before the close, for
 * each visit its actions with what blocks them, and the code of what was refused. Each act is one command or one wait.
 */
export async function closeBar(bar: WalkBar, wish: Pick): Promise<string[]> {
  const evening: Evening = { bar, wish, acts: [] };
  for (let blockers = 0; ; blockers += 1) {
    if (blockers > 50) throw new Error(`the list does not end:\n${evening.acts.join('\n')}`);
    const line = await firstBlocker(evening);
    if (line === 'no shift') return evening.acts;
    if (line) await fix(evening, line);
    else if (await countAndClose(evening)) return evening.acts;
  }
}

/** Without a shift there is nothing to close, unless a visit is open: then it needs one, and says so. */
async function firstBlocker(evening: Evening): Promise<Line | undefined | 'no shift'> {
  const till = await lead(evening.bar);
  let lines: Line[] = [];
  const outcome = await outcomeOf(till.shifts.precheck().then((checked) => (lines = checked.lines)));
  if (outcome === 'shift.closed') {
    if ((await till.board.get()).visits.length === 0) return 'no shift';
    await act(evening, 'open the shift', till.shifts.open({ ...key(), float_minor: 0 }));
    return firstBlocker(evening);
  }
  return lines.find((line) => line.blocks && line.count > 0 && line.kind !== 'silent_taps');
}

async function act(evening: Evening, what: string, call: Promise<unknown>): Promise<string> {
  const outcome = await outcomeOf(call);
  evening.acts.push(`${what}: ${outcome}`);
  return outcome;
}

/** The line names its visits; the first one is gone to, and left when it no longer stands in the way. */
async function fix(evening: Evening, line: Line): Promise<void> {
  const [visit_id] = line.visit_ids;
  if (visit_id === undefined) throw new Error(`«${line.kind}» counts ${line.count} and names nobody`);
  const till = await lead(evening.bar);
  const begun = evening.acts.length;
  for (;;) {
    const visit = await till.visits.get({ visit_id });
    if (line.kind === 'active_visits' ? visit.state === 'closed' : visit.unsettled.length === 0) return;
    const acts = evening.acts.slice(begun);
    if (acts.length >= ACTS_PER_BLOCKER)
      throw new Error(`no way out of «${line.kind}»:\n${acts.join('\n')}\n${JSON.stringify(visit)}`);
    if (line.kind === 'active_visits') await closeOrMakeWay(evening, visit);
    else await enterPour(evening, visit);
  }
}

const blockerOf = (visit: VisitWire, action: string): ActionBlocker | null => {
  const found = visit.actions.find((one) => one.action === action);
  if (!found) throw new Error(`the visit does not speak of «${action}»`);
  return found.blocked_by;
};

/** What the screen says beside a greyed «Close visit» is done instead. */
async function closeOrMakeWay(evening: Evening, visit: VisitWire): Promise<void> {
  const blocker = blockerOf(visit, 'close');
  if (blocker === null) return closeVisit(evening, visit);
  if (blocker === 'pour_running' || blocker === 'pour_pending') return enterPour(evening, visit);
  throw new Error(`a shift lead does not know what to do about «${blocker}»`);
}

/** Money back as the guest wishes; what is refused names what it needs, and is asked again with it. */
async function closeVisit({ bar, wish, acts }: Evening, visit: VisitWire): Promise<void> {
  const till = await lead(bar);
  const { visit_id, version: expected_version } = visit;
  const base = { visit_id, expected_version, reason: 'Closing time', card_returned: wish.other % 2 === 0 };
  const tries = [
    { remainder: wish.which % 2 === 0 ? 'refund' : 'keep', approval: null },
    { remainder: 'keep', approval: bar.as.shift_lead.approval },
  ] as const;
  for (const asked of tries) {
    const outcome = await outcomeOf(till.visits.close({ ...key(), ...base, ...asked }));
    acts.push(`close visit ${visit_id} (${asked.remainder}): ${outcome}`);
    if (outcome !== 'approval.needed' && outcome !== 'money.not_in_drawer') return;
  }
}

/** «Enter by code» of a pour whose time is over; of one that may still run the visit says how long. */
async function enterPour(evening: Evening, visit: VisitWire): Promise<void> {
  const { bar, wish } = evening;
  const till = await lead(bar);
  const ready = visit.unsettled.find((grant) => grant.lease_over);
  if (blockerOf(visit, 'reconcile') === null && ready) {
    const { grant_id, short_id, limit_ml } = ready;
    const { visit_id } = visit;
    const ml = Math.min(wish.ml, limit_ml);
    const entry = { ...key(), visit_id, grant_id, ml, short_id, reason: 'The tap is silent' };
    await act(evening, `enter ${ml} ml of ${short_id}`, till.pours.reconcile(entry));
    return;
  }
  const wait_ms = Math.max(...visit.unsettled.map((grant) => grant.lease_left_ms));
  await act(evening, `wait ${wait_ms} ms`, passTime(bar, wait_ms));
}

/** The drawer is counted blind; a tap that does not answer is answered for. False: something came up meanwhile. */
async function countAndClose(evening: Evening): Promise<boolean> {
  const { bar, wish, acts } = evening;
  const till = await lead(bar);
  const { lines } = await till.shifts.precheck();
  const silent = lines.find(({ kind }) => kind === 'silent_taps')?.tap_numbers ?? [];
  const waivers = silent.map((tap_number) => ({ tap_number, reason: 'It is broken' }));
  const approval = silent.length > 0 ? bar.as.shift_lead.approval : null;
  const count = { counted_cash_minor: 10 * wish.ml, waivers, approval };
  for (const reason of [null, 'Counted twice'] as const) {
    const outcome = await act(
      evening,
      `close the shift without taps ${silent.join()}`,
      till.shifts.close({ ...key(), ...count, reason }),
    );
    if (outcome === 'done') return true;
    if (outcome !== 'shift.reason_needed') break;
  }
  if (acts.length > 50) throw new Error(`the shift does not close:\n${acts.join('\n')}`);
  return false;
}
