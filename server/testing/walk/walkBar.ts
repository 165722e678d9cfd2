import { randomUUID, scryptSync } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { problemOf } from '../../api/errors.ts';
import { tillRouter } from '../../api/tillRouter.ts';
import { query } from '../../db/query.ts';
import type { OpenApp } from '../../openApp.ts';
import { endLease } from '../../services/endLease.ts';
import { aBar, aBeverage, aCard, aKeg, anOperator, aNode, aTap } from '../builders.ts';
import type { Bar, TestClock } from '../builders.ts';
import { PIN } from '../clients.ts';
import type { TestDatabase } from '../testDatabase.ts';
import type { Role } from '#domain/staff/roles';
import { aTapNode } from './tapNode.ts';
import type { TapNode } from './tapNode.ts';

/** A bar to walk in: everything through the procedures of both ports, as who is signed in and as the nodes at the taps. */
export type WalkBar = {
  readonly db: TestDatabase;
  readonly app: OpenApp;
  readonly clock: TestClock;
  readonly as: Record<Staff, Person>;
  readonly nodes: readonly TapNode[];
  readonly cards: string[];
};
export const STAFF = ['cashier', 'shift_lead', 'engineer'] as const satisfies readonly Role[];
export type Staff = (typeof STAFF)[number];
export type TillCaller = ReturnType<typeof tillRouter.createCaller>;

/** Someone of the staff: signs in when a session is needed, and again when it has ended. */
export type Person = {
  readonly approval: { operator_id: number; pin: string };
  till(): Promise<TillCaller>;
  signOut(): Promise<unknown>;
};

/** A stored hash names its own cost: one PIN that is right is all that a walk needs of it. */
const CHEAP = { N: 2, r: 1, p: 1 };
const SALT = Buffer.from('sixteen bytes of');
const CHEAP_HASH = `scrypt$N=2,r=1,p=1$${SALT.toString('base64url')}$${scryptSync(PIN, SALT, 32, CHEAP).toString('base64url')}`;

const TAPS_OF_NODES = [2, 1];
const CARDS = 5;
const KEGS_IN_STORE = 3;
/** of 30 l kegs: one that will end within a walk */
const LAST_LITRE_ML = 1_000;

/** Two nodes with three taps, kegs on them and in store, a pool of cards, three of the staff, no shift. */
export async function aWalkBar(world: {
  db: TestDatabase;
  app: OpenApp;
  clock: TestClock;
}): Promise<WalkBar> {
  const { db, app, clock } = world;
  await db.truncate();
  const bar: Bar = { ...(await aBar(db, { clock })), deps: { ...app.deps, clock } };
  await query(
    db.owner,
    `UPDATE settings SET value = value || '{"max_pour_ml": 700, "daily_limit_ml": 2500}' WHERE key = 'pour'`,
  );
  const beverage = await aBeverage(bar);
  const nodes: TapNode[] = [];
  for (const [at, taps] of TAPS_OF_NODES.entries()) {
    const { node_id, spki_sha256 } = await aNode(bar);
    const tap_ids: { tap_id: number; number: number }[] = [];
    for (let n = 0; n < taps; n += 1)
      tap_ids.push(await aTap(bar, { node_id, ...(at + n === 0 ? { remaining_ml: LAST_LITRE_ML } : {}) }));
    nodes.push(aTapNode(app, { node_id, spki: spki_sha256, taps: tap_ids }));
  }
  for (let n = 0; n < KEGS_IN_STORE; n += 1) await aKeg(bar, beverage);
  const cards: string[] = [];
  for (let n = 0; n < CARDS; n += 1) cards.push((await aCard(bar)).uid);
  const as = Object.fromEntries(
    await Promise.all(STAFF.map(async (role) => [role, await aPerson(bar, app, role)] as const)),
  ) as Record<Staff, Person>;
  return { db, app, clock, as, nodes, cards };
}

async function aPerson(bar: Bar, app: OpenApp, role: Role): Promise<Person> {
  const { operator_id } = await anOperator(bar, { role });
  await query(bar.sequelize, 'UPDATE operators SET pin_hash = $2 WHERE id = $1', [operator_id, CHEAP_HASH]);
  const approval = { operator_id, pin: PIN };
  const at = (bearer: string | undefined) =>
    tillRouter.createCaller({ app, window: true, station: false, bearer });
  let signedIn: TillCaller | undefined;
  const till = async () => (signedIn ??= at((await at(undefined).session.signIn(approval)).token));
  return {
    approval,
    till,
    async signOut() {
      const caller = await till();
      signedIn = undefined;
      return caller.session.signOut();
    },
  };
}

/** Time passes by the server's monotonic clock; a lease that has run out by it ends, as its timer would end it. */
export async function passTime({ db, app, clock }: WalkBar, ms: number): Promise<void> {
  clock.advance(ms);
  const running = await query<{ id: string }>(
    db.sequelize,
    `SELECT id FROM grants WHERE state IN ('open', 'orphaned') AND NOT lease_over ORDER BY created_at, id`,
  );
  for (const { id } of running) if (app.deps.leases.leftMs(id) === 0) await endLease(app.deps, id);
}

/** What a call came to: `done`, or the code of its refusal. A refusal has a code of the closed list and no status of 500 and above. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error;
    const { code, params } = problemOf(error);
    if (getHTTPStatusCodeFromError(error) >= 500 || code === 'input.invalid')
      throw new Error(`a walk was answered ${code} ${JSON.stringify(params)}`, { cause: error });
    return code;
  }
}

export const key = () => ({ request_id: randomUUID() });
