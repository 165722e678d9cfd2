import { randomBytes, randomUUID } from 'node:crypto';
import { DomainError } from '#domain/errors';
import type { AuthoriseInput, GrantWire, PourReport } from '#domain/protocol/node';
import type { Verdict } from '#domain/pour/statuses';
import { minor } from '#domain/quantity/money';
import { aBar, aKeg, anOpenShift, anOperator, aTap, aVisit } from '../builders.ts';
import type { Bar, BuiltTap } from '../builders.ts';
import type { Actor } from '../../services/support/deps.ts';
import type { TestDatabase } from '../testDatabase.ts';

/** One presentation of a card, and everything that was said about it. */
export type Attempt = {
  input: AuthoriseInput;
  tap: BuiltTap;
  /** `body`: which question it was; `card_was_lost`: before this batch began */
  answers: { body: string; outcome: string; grant_id: string | null; card_was_lost: boolean }[];
  grant: GrantWire | null;
  /** the node has said, or its journal has shown, that no valve opened */
  given_up: boolean;
  cancels: string[];
  /** what the node's journal holds of it */
  facts: PourReport | null;
  reports: { facts: string; ml: number; verdict: Verdict }[];
  /** of its grant, when the books were last looked at */
  state: string | null;
};

/** One command of the till, however often it was delivered. */
export type Request = {
  procedure: string;
  input: Input;
  /** Once more; `altered`: the same key with another body. */
  again: (altered: boolean) => Promise<string>;
  accepted: { input: Input; answer: object }[];
  refused: { input: Input; code: string }[];
};
export type Input = { request_id: string; visit_id?: number; expected_version?: number };

/** As the till's screen shows it: read after each batch. */
export type Guest = {
  guest_id: number;
  opening_minor: number;
  visit_id: number | null;
  last_visit_id: number;
  visits: number[];
  version: number;
  /** every card the guest has had, the latest last */
  uids: string[];
};
export type ModelKeg = { keg_id: number; start_ml: number; state: string };

export type World = {
  bar: Bar;
  lead: Actor;
  guests: Guest[];
  taps: BuiltTap[];
  kegs: ModelKeg[];
  attempts: Attempt[];
  requests: Request[];
  lost_uids: ReadonlySet<string>;
  shift_open: boolean;
  cash_minor: number;
  tally: Tally;
};

/** What chance decides of one step. */
export type Choice = { who: number; tap: number; pick: number; ml: number };
/** Answers `accepted`, `nothing` where there is nothing to do it to, or the code it was refused with. */
export type Do = (world: World, choice: Choice) => Promise<string>;

/** Over all runs: how often each step was accepted or refused, and the cases that were reached. */
export type Tally = Record<string, number>;
export const count = (tally: Tally, what: string): void => void (tally[what] = (tally[what] ?? 0) + 1);

const OPENING_MINOR = 30_000;
/** Cash is handed out in whole hundreds. */
export const CASH_STEP_MINOR = 100;
export const aUid = (): string => `04${randomBytes(6).toString('hex').toUpperCase()}`;
export const aKey = (): { request_id: string } => ({ request_id: randomUUID() });
/** `pick` 0 is the latest: what a step speaks of is mostly what has just happened, and may be in flight. */
export const recent = <T>(items: readonly T[], pick: number): T | undefined =>
  items[items.length - 1 - (pick % Math.max(1, items.length))];
export const guestOf = ({ guests }: World, who: number): Guest => {
  const guest = guests[who % guests.length];
  if (!guest) throw new Error('A world without guests.');
  return guest;
};

/** One of many worlds in a database that is emptied now and then; they share what no run changes. */
export type Place = { db: TestDatabase; bar: Bar; lead: Actor; worlds: number };

export async function aPlace(db: TestDatabase): Promise<Place> {
  await db.truncate();
  const bar = await aBar(db);
  const lead = await anOperator(bar, { role: 'shift_lead' });
  await db.owner.query(
    `UPDATE settings SET value = value || '{"max_pour_ml": 700, "daily_limit_ml": 90000}' WHERE key = 'pour'`,
  );
  await db.owner.query(
    `INSERT INTO settings (key, value) VALUES ('till', $1::jsonb) ON CONFLICT (key) DO UPDATE SET value = settings.value || excluded.value`,
    { bind: [JSON.stringify({ cash_step_minor: CASH_STEP_MINOR })] },
  );
  return { db, bar, lead, worlds: 0 };
}

const TAPS = [
  { price_minor_per_litre: 30_000, remaining_ml: 30_000 },
  { price_minor_per_litre: 27_990, remaining_ml: 30_000 },
  { price_minor_per_litre: 41_505, remaining_ml: 2_000 },
];
const STORE_ML = [30_000, 30_000, 900, 30_000, 5_000];

/** A bar with its shift open, two guests who may be found again, three taps, and five kegs in store. */
export async function aWorld(place: Place, tally: Tally): Promise<World> {
  const { bar, lead } = place;
  const first = 1 + TAPS.length * place.worlds++;
  const [taps, guests] = await Promise.all([
    Promise.all(TAPS.map((tap, at) => aTap(bar, { ...tap, number: first + at }))),
    Promise.all(['Анна', 'Пётр'].map((name) => aGuestInside(bar, name))),
    anOpenShift(bar, { float_minor: 1_000_000 }),
  ]);
  const on_tap = taps.map((tap, at) => ({
    keg_id: tap.keg_id ?? 0,
    start_ml: TAPS[at]?.remaining_ml ?? 0,
    state: 'on_tap',
  }));
  const in_store = STORE_ML.map(async (start_ml, at): Promise<ModelKeg> => {
    const beverage_id = taps[at % taps.length]?.beverage_id;
    const { keg_id } = await aKeg(bar, { beverage_id, remaining_ml: start_ml });
    return { keg_id, start_ml, state: 'in_store' };
  });
  const kegs = [...on_tap, ...(await Promise.all(in_store))];
  const empty = { attempts: [], requests: [], lost_uids: new Set<string>() };
  return { bar, lead, guests, taps, kegs, ...empty, shift_open: true, cash_minor: 1_000_000, tally };
}

async function aGuestInside(bar: Bar, name: string): Promise<Guest> {
  const { guest_id, visit_id, uid } = await aVisit(bar, { balance: minor(OPENING_MINOR), name });
  const visits = { visit_id, last_visit_id: visit_id, visits: [visit_id] };
  return { guest_id, opening_minor: OPENING_MINOR, ...visits, version: 1, uids: [uid] };
}

/** What no step of this model may ever be told. */
const NEVER = /^(input|session|operator|approval|server|node)\./;

type Command<I extends Input> = {
  procedure: string;
  input: I;
  run: (input: I) => Promise<object>;
  /** the same key with another body */
  other: Partial<I>;
};

/**
 * Makes a command and delivers it; the next step may deliver it again before this one is answered. A refusal with its code is
 * an answer; anything else breaks the run.
 */
export async function ask<I extends Input>(world: World, command: Command<I>): Promise<string> {
  const { procedure, input, run, other } = command;
  const deliver = async (sent: I): Promise<string> => {
    try {
      request.accepted.push({ input: sent, answer: await run(sent) });
      count(world.tally, procedure);
      return 'accepted';
    } catch (error) {
      if (!(error instanceof DomainError) || NEVER.test(error.code)) throw error;
      request.refused.push({ input: sent, code: error.code });
      return error.code;
    }
  };
  const again = (altered: boolean) => deliver(altered ? { ...input, ...other } : input);
  const request: Request = { procedure, input, again, accepted: [], refused: [] };
  world.requests.push(request);
  return deliver(input);
}
