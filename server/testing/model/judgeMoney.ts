import type { Booking, Books, GuestBook } from './books.ts';
import { must, sameAs } from './must.ts';
import { CASH_STEP_MINOR } from './world.ts';
import type { Guest, World } from './world.ts';

/** Invariant 7, the reserve, and each booking of each guest: by the ledger's own order and arithmetic of its own. */
export function judgeMoney(world: World, books: Books): void {
  must(books.unbalanced === 0, 'invariant 7: entries that do not sum to zero');
  for (const guest of world.guests) {
    const account = books.guests.find(({ guest_id }) => guest_id === guest.guest_id);
    if (!account) throw new Error(`guest ${guest.guest_id} has no account`);
    judgeBalance(account);
    const bookings = books.bookings.filter(({ guest_id }) => guest_id === guest.guest_id);
    judgeAmounts(world, { guest, bookings });
    replay(account, bookings);
  }
}

function judgeBalance({ guest_id, balance_minor, entries_minor, reserved_minor }: GuestBook): void {
  const of = `guest ${guest_id}`;
  must(
    balance_minor === entries_minor,
    `invariant 7, ${of}: balance ${balance_minor}, entries ${entries_minor}`,
  );
  must(
    balance_minor >= reserved_minor,
    `${of}: ${reserved_minor} is reserved of a balance of ${balance_minor}`,
  );
}

/** Money that was taken or given back is booked once for each command that was answered, and never without one. */
function judgeAmounts(world: World, of: { guest: Guest; bookings: Booking[] }): void {
  const { guest, bookings } = of;
  const ascending = (one: number, other: number) => one - other;
  const booked = (kind: string) =>
    bookings.flatMap((each) => (each.kind === kind ? [Math.abs(each.guest_minor)] : [])).sort(ascending);
  const answered = (procedure: string) =>
    world.requests
      .filter((request) => request.procedure === procedure && request.accepted.length > 0)
      .filter(({ input }) => guest.visits.includes(input.visit_id ?? 0))
      .map(({ accepted }) => amountOf(accepted[0]?.input))
      .sort(ascending);
  for (const [kind, procedure] of [
    ['top_up', 'visit.topUp'],
    ['refund', 'visit.refund'],
  ] as const)
    must(
      sameAs(booked(kind), answered(procedure)),
      `guest ${guest.guest_id}: ${kind} booked ${booked(kind).join()}, answered ${answered(procedure).join()}`,
    );
  for (const refund of bookings.filter(({ kind }) => kind === 'refund')) judgeRounding(refund);
  must(sameAs(booked('opening'), [guest.opening_minor]), `guest ${guest.guest_id}: another opening`);
}

/** The drawer gave whole steps, less than one of them more than the account, and `rounding` just that. */
function judgeRounding({ guest_id, guest_minor, cash_minor, rounding_minor }: Booking): void {
  const more_minor = cash_minor + guest_minor;
  const of = `guest ${guest_id}, refund of ${-guest_minor} handed out as ${cash_minor}`;
  must(cash_minor % CASH_STEP_MINOR === 0 && more_minor >= 0 && more_minor < CASH_STEP_MINOR, of);
  must(rounding_minor === -more_minor, `${of}: rounded by ${-rounding_minor}`);
}

const amountOf = (input: object | undefined): number =>
  input && 'amount_minor' in input ? Number(input.amount_minor) : 0;

/** No booking takes what is not there, and of each top-up the debt of that moment is paid first, exactly. */
function replay(account: GuestBook, bookings: readonly Booking[]): void {
  let balance_minor = 0;
  let debt_minor = 0;
  let due_minor = 0;
  for (const { kind, guest_minor, receivable_minor, shift_id } of bookings) {
    const of = `guest ${account.guest_id}, ${kind} of ${guest_minor}`;
    balance_minor += guest_minor;
    debt_minor -= receivable_minor;
    must(balance_minor >= 0 && debt_minor >= 0, `${of}: leaves ${balance_minor}, owed ${debt_minor}`);
    must(kind === 'opening' || shift_id !== null, `${of}: outside every shift`);
    if (kind === 'receivable_paid') {
      must(receivable_minor === due_minor && guest_minor === -due_minor, `${of}: ${due_minor} was due`);
      due_minor = 0;
    } else must(due_minor === 0, `${of}: before a debt of ${due_minor} was paid`);
    if (kind === 'top_up') due_minor = Math.min(guest_minor, debt_minor);
  }
  must(due_minor === 0, `guest ${account.guest_id}: a debt of ${due_minor} was not paid by the top-up`);
  must(
    balance_minor === account.balance_minor,
    `guest ${account.guest_id}: the bookings come to ${balance_minor}`,
  );
}
