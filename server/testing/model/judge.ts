import type { Books, GrantBook, VisitBook } from './books.ts';
import { readBooks } from './books.ts';
import { judgeMoney } from './judgeMoney.ts';
import { must, sameAs } from './must.ts';
import { count } from './world.ts';
import type { Attempt, Request, World } from './world.ts';

/**
 * After a batch: what was answered and what the books hold must fit together, whatever the order in which the callers came
 * through. No rule of the product is asked; where an order matters, the ledger's own is replayed (judgeMoney). Then the
 * world is what a screen would show now.
 */
export async function judge(world: World): Promise<void> {
  const books = await readBooks(world);
  for (const request of world.requests) judgeRequest(request);
  judgeVersions(world);
  for (const attempt of world.attempts) judgeAttempt(world, attempt, books);
  must(
    books.grants.length === world.attempts.filter(({ grant }) => grant !== null).length,
    'a grant that nobody was told of',
  );
  judgeVisits(books);
  judgeMoney(world, books);
  judgeKegs(world, books);
  judgeShifts(books);
  lookAgain(world, books);
}

const told = (value: unknown) => JSON.stringify(value);

/** The same key is one command: one body is ever accepted, and all who send it get one answer. */
function judgeRequest({ procedure, accepted, refused }: Request): void {
  const [first] = accepted;
  const of = `${procedure} ${first?.input.request_id}`;
  for (const { input, answer } of accepted) {
    must(sameAs(input, first?.input), `${of}: two bodies under one key were accepted`);
    must(sameAs(answer, first?.answer), `${of}: answered ${told(first?.answer)} and ${told(answer)}`);
  }
  for (const { input, code } of refused)
    if (code === 'request.conflict' && procedure !== 'pour.reconcile')
      must(first !== undefined && !sameAs(input, first.input), `${of}: the same body is no conflict`);
}

/** Of all who change the visit that they saw, one was first, and the others saw an old one. */
function judgeVersions({ requests }: World): void {
  const changed = new Set<string>();
  for (const { accepted, procedure } of requests) {
    const { visit_id, expected_version } = accepted[0]?.input ?? {};
    // A pour that was stopped in time is the answer to a force unlock, and changes nothing.
    if (expected_version === undefined || procedure === 'visit.forceUnlock') continue;
    const seen = `${visit_id} at version ${expected_version}`;
    must(!changed.has(seen), `visit ${seen} was changed twice`);
    changed.add(seen);
  }
}

function judgeAttempt(world: World, attempt: Attempt, books: Books): void {
  const { client_tx_id } = attempt.input;
  const of = `attempt ${client_tx_id}`;
  const bodies = new Set(
    attempt.answers
      .filter(({ outcome }) => !['conflict', 'grant_over'].includes(outcome))
      .map(({ body }) => body),
  );
  must(bodies.size <= 1, `${of}: two questions under one client_tx_id were answered`);
  for (const { outcome, body, grant_id, card_was_lost } of attempt.answers) {
    if (outcome === 'conflict') must(!bodies.has(body), `${of}: the same question is no conflict`);
    if (outcome !== 'granted') continue;
    must(grant_id === attempt.grant?.grant_id, `${of}: was given two grants`);
    must(!card_was_lost, `invariant 11, ${of}: a lost card was given a grant`);
  }
  const found = books.grants.filter((grant) => grant.client_tx_id === client_tx_id);
  must(found.length === (attempt.grant ? 1 : 0), `${of}: ${found.length} grants`);
  const [grant] = found;
  if (!grant) return must(attempt.reports.length === 0, `${of}: a report without a grant`);
  judgeReports(attempt, of);
  judgeEnd(world, { attempt, grant });
  if (attempt.state === 'orphaned' && grant.state === 'settled') count(world.tally, 'orphaned then settled');
  attempt.state = grant.state;
}

const FIRST = ['accepted', 'late_sync_matched', 'late_sync_mismatch'];
const firstReport = ({ reports }: Attempt) => reports.find(({ verdict }) => FIRST.includes(verdict));

/** One set of facts counts; the same again is a duplicate, others are kept apart. */
function judgeReports(attempt: Attempt, of: string): void {
  const { reports } = attempt;
  must(reports.filter(({ verdict }) => FIRST.includes(verdict)).length <= 1, `${of}: was accepted twice`);
  const first = firstReport(attempt);
  for (const { verdict, facts } of reports) {
    if (verdict === 'duplicate')
      must(facts === first?.facts, `${of}: ${facts} is no duplicate of ${first?.facts}`);
    if (verdict === 'quarantined')
      must(first !== undefined && facts !== first.facts, `${of}: an honest report was quarantined`);
  }
}

/** Invariants 3 and 4: how the grant ended says what was charged, and nothing else ever was. */
function judgeEnd(world: World, { attempt, grant }: { attempt: Attempt; grant: GrantBook }): void {
  const of = `grant ${grant.grant_id}, ${grant.state}`;
  const first = firstReport(attempt);
  const byHand = handOf(world, grant);
  must(byHand.size <= 1, `${of}: two volumes were entered by hand`);
  must(grant.pours.length <= 1, `invariant 3, ${of}: ${grant.pours.length} pours`);
  must(grant.debits <= 1, `invariant 4, ${of}: ${grant.debits} debits`);
  must((grant.state === 'manual') === byHand.size > 0, `${of}: entered by hand ${byHand.size} times`);
  const [hand] = byHand;
  const late = first?.verdict.startsWith('late_sync') ?? false;
  must(late === (first !== undefined && grant.state === 'manual'), `${of}: the report was ${first?.verdict}`);
  if (late && first)
    must(
      (first.verdict === 'late_sync_matched') === (first.ml === hand),
      `${of}: ${first.ml} is ${first.verdict}`,
    );
  if (late && first?.ml !== hand)
    must(grant.reviews.includes('late_sync_mismatch'), `${of}: nobody is to look`);
  const ended = { settled: first?.ml, manual: hand }[grant.state] ?? 0;
  if (grant.state === 'settled') must(ended > 0, `${of}: without a report of a pour`);
  if (grant.state === 'released')
    must(attempt.given_up || first?.ml === 0, `${of}: although nobody gave it up`);
  if (grant.state === 'open' || grant.state === 'orphaned')
    must(!first, `${of}: although its report was accepted`);
  if (attempt.cancels.includes('released'))
    must(grant.state === 'released', `${of}: although it was cancelled`);
  judgeCharge(grant, ended, of);
}

function judgeCharge(grant: GrantBook, ml: number, of: string): void {
  const cost_minor = Math.round((ml * grant.price_minor_per_litre) / 1000);
  const { sold_minor, paid_minor, unpaid_minor, limit_ml, limit_minor } = grant;
  must(sold_minor === cost_minor, `${of}: ${ml} ml cost ${cost_minor}, charged were ${sold_minor}`);
  must(
    paid_minor + unpaid_minor === cost_minor && paid_minor >= 0 && unpaid_minor >= 0,
    `${of}: a split that is none`,
  );
  const most_minor = ml <= limit_ml ? 0 : cost_minor - limit_minor;
  must(
    unpaid_minor <= most_minor,
    `${of}: ${unpaid_minor} unpaid of a pour of ${ml} in a limit of ${limit_ml} ml`,
  );
  if (unpaid_minor > 0)
    must(grant.reviews.includes('uncovered_pour'), `${of}: a debt that nobody is to look at`);
  const charged = grant.pours.filter(({ status }) => status === 'synced' || status === 'reconciled');
  const terminal = grant.state === 'settled' || grant.state === 'manual';
  must(charged.length === (terminal ? 1 : 0), `${of}: ${charged.length} charged pours`);
  if (terminal) must(charged[0]?.billed_ml === ml, `${of}: ${charged[0]?.billed_ml} billed instead of ${ml}`);
}

/** The volumes that were accepted by hand for this grant. */
function handOf({ requests }: World, grant: GrantBook): Set<number> {
  const entered = new Set<number>();
  for (const { procedure, accepted } of requests) {
    if (procedure !== 'pour.reconcile') continue;
    for (const { input } of accepted)
      if ('grant_id' in input && input.grant_id === grant.grant_id && 'ml' in input)
        entered.add(Number(input.ml));
  }
  return entered;
}

/** Invariants 1, 2 and 8. */
function judgeVisits({ visits }: Books): void {
  const active = visits.filter(({ state }) => state === 'active');
  must(
    new Set(active.map(({ guest_id }) => guest_id)).size === active.length,
    'invariant 1: two visits of a guest',
  );
  for (const visit of visits) {
    const { visit_id, open_grants, active_tap_id, lock_epoch, cards } = visit;
    const of = `visit ${visit_id}`;
    must(cards <= 1, `invariant 1, ${of}: ${cards} cards`);
    must(open_grants.length <= 1, `invariant 2, ${of}: ${open_grants.length} open grants`);
    const [open] = open_grants;
    must(
      active_tap_id === (open?.tap_id ?? null) && (!open || open.epoch === lock_epoch),
      `invariant 8, ${of}: locked on tap ${active_tap_id} at epoch ${lock_epoch}, its grant is ${JSON.stringify(open)}`,
    );
    if (visit.state === 'closed') must(!open, `${of}: closed over an open grant`);
  }
}

/** Invariant 6: the meter's word, the hand's until it comes; a keg at its end has nothing left. */
function judgeKegs(world: World, books: Books): void {
  const flowed = new Map<number, number>();
  for (const grant of books.grants) {
    const attempt = world.attempts.find(({ input }) => input.client_tx_id === grant.client_tx_id);
    const ml = (attempt && firstReport(attempt)?.ml) ?? [...handOf(world, grant)][0] ?? 0;
    flowed.set(grant.keg_id, (flowed.get(grant.keg_id) ?? 0) + ml);
  }
  for (const { keg_id, state, on, remaining_ml, variance_ml } of books.kegs) {
    const keg = world.kegs.find((known) => known.keg_id === keg_id);
    if (!keg) continue;
    const left_ml = keg.start_ml - (flowed.get(keg_id) ?? 0);
    const ended = !on && (state === 'empty' || state === 'returned');
    const of = `invariant 6, keg ${keg_id}, ${state}`;
    must(remaining_ml === (ended ? 0 : left_ml), `${of}: ${remaining_ml} where ${left_ml} must be left`);
    must(
      variance_ml === (ended ? left_ml : 0),
      `${of}: a variance of ${variance_ml} where ${left_ml} is left`,
    );
    must(on === (state === 'on_tap' || (state === 'empty' && on)), `${of}: on a tap ${on}`);
    keg.state = state;
  }
}

/** Invariant 10; and what was counted at the close is what the shift's cash came to, then and for ever. */
function judgeShifts({ shifts }: Books): void {
  const numbers = shifts.flatMap(({ z_number }) => (z_number === null ? [] : [z_number]));
  must(
    sameAs(
      numbers,
      numbers.map((_, at) => at + 1),
    ),
    `invariant 10: Z numbers ${numbers.join()}`,
  );
  must(shifts.filter(({ state }) => state === 'open').length <= 1, 'invariant 10: two open shifts');
  for (const { state, counted_cash_minor, cash_minor, z_number } of shifts)
    if (state === 'closed') must(counted_cash_minor === cash_minor, `Z ${z_number} moved after its close`);
}

function lookAgain(world: World, books: Books): void {
  for (const guest of world.guests) {
    const visits = books.visits.filter(({ guest_id }) => guest_id === guest.guest_id);
    const last: VisitBook | undefined = visits.at(-1);
    if (last) Object.assign(guest, { last_visit_id: last.visit_id, version: last.version });
    guest.visits = visits.map(({ visit_id }) => visit_id);
    guest.visit_id = last?.state === 'active' ? last.visit_id : null;
    guest.uids = books.cards.filter(({ guest_id }) => guest_id === guest.guest_id).map(({ uid }) => uid);
  }
  world.lost_uids = new Set(books.cards.filter(({ lost }) => lost).map(({ uid }) => uid));
  const open = books.shifts.find(({ state }) => state === 'open');
  world.shift_open = open !== undefined;
  world.cash_minor = open?.cash_minor ?? 0;
}
