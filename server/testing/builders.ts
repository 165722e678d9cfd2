import { randomBytes, randomUUID } from 'node:crypto';
import type { Sequelize } from 'sequelize';
import type { CardState } from '#domain/card/states';
import type { KegState } from '#domain/keg/states';
import { shortId } from '#domain/grant/shortId';
import { cost } from '#domain/quantity/pricing';
import type { Minor } from '#domain/quantity/money';
import { minorPerLitre } from '#domain/quantity/money';
import { millilitres } from '#domain/quantity/volume';
import type { Role } from '#domain/staff/roles';
import type { TapStatus } from '#domain/tap/statuses';
import { inTransaction } from '../db/inTransaction.ts';
import { query, queryOne } from '../db/query.ts';
import { initModels } from '../models/init.ts';
import type { Models } from '../models/init.ts';
import type { Actor, Clock, Deps } from '../services/support/deps.ts';
import { openGuestAccount, postLedger } from '../services/support/postLedger.ts';

/** A bar to test in: the services' dependencies and a cashier. Each builder makes the parents that it needs. */
export type Bar = {
  readonly sequelize: Sequelize;
  readonly models: Models;
  readonly deps: Deps;
  readonly clock: TestClock;
  readonly actor: Actor;
};

export type TestClock = Clock & { advance(ms: number): void };

export function aClock(start = new Date()): TestClock {
  let passed = 0;
  return {
    now: () => new Date(start.getTime() + passed),
    monotonic: () => passed,
    advance: (ms) => void (passed += ms),
  };
}

/** The services' dependencies on this database, with a clock that the test moves. */
export function aDeps(
  db: { sequelize: Sequelize },
  overrides: Partial<Deps> & { clock?: TestClock } = {},
): Deps & { clock: TestClock } {
  const clock = overrides.clock ?? aClock();
  return {
    sequelize: db.sequelize,
    models: initModels(db.sequelize),
    random: { uuid: () => randomUUID(), hex: (bytes) => randomBytes(bytes).toString('hex') },
    leases: aLeaseClock(clock),
    live: { tap: () => undefined },
    flag_overrides: {},
    wake: () => undefined,
    push: () => undefined,
    ...overrides,
    clock,
  };
}

export async function aBar(
  db: { sequelize: Sequelize },
  overrides: Partial<Deps> & { clock?: TestClock } = {},
): Promise<Bar> {
  const deps = aDeps(db, overrides);
  const bar = { sequelize: db.sequelize, models: deps.models, deps, clock: deps.clock };
  return { ...bar, actor: await anOperator(bar) };
}

type Where = Pick<Bar, 'sequelize' | 'models' | 'deps'>;

function aLeaseClock(clock: Clock): Deps['leases'] {
  const ends = new Map<string, number>();
  return {
    start: (grant_id, lease_ms) => void ends.set(grant_id, clock.monotonic() + lease_ms),
    forget: (grant_id) => void ends.delete(grant_id),
    leftMs: (grant_id) => Math.max(0, (ends.get(grant_id) ?? 0) - clock.monotonic()),
  };
}

const hex = (bytes: number) => randomBytes(bytes).toString('hex');
const insertOne = async <Row extends object>(bar: Where, sql: string, bind: readonly unknown[]) =>
  queryOne<Row>(bar.sequelize, sql, bind);

export async function anOperator(bar: Where, options: { name?: string; role?: Role } = {}): Promise<Actor> {
  const role = options.role ?? 'cashier';
  const { id } = await insertOne<{ id: number }>(
    bar,
    `INSERT INTO operators (name, role, pin_hash) VALUES ($1, $2, 'no PIN opens this') RETURNING id`,
    [options.name ?? `Operator ${hex(6)}`, role],
  );
  const till = await queryOne<{ id: number }>(bar.sequelize, 'SELECT min(id) AS id FROM tills');
  return { operator_id: id, role, till_id: till.id };
}

/** The open shift, opened if there is none. */
export async function anOpenShift(
  bar: Where,
  options: { float_minor?: number } = {},
): Promise<{ shift_id: number }> {
  const [open] = await query<{ id: number }>(bar.sequelize, `SELECT id FROM shifts WHERE state = 'open'`);
  if (open) return { shift_id: open.id };
  const { id } = await insertOne<{ id: number }>(
    bar,
    'INSERT INTO shifts (business_date, float_minor) VALUES (current_date, $1) RETURNING id',
    [options.float_minor ?? 0],
  );
  return { shift_id: id };
}

export async function aGuest(
  bar: Bar,
  options: {
    name?: string | null;
    phone?: string;
    balance?: Minor;
    age_confirmed?: boolean;
    blocked?: boolean;
  } = {},
): Promise<{ guest_id: number }> {
  const confirmed_by = options.age_confirmed === false ? null : bar.actor.operator_id;
  return inTransaction(bar.sequelize, async (unit) => {
    const { id } = await queryOne<{ id: number }>(
      unit,
      `INSERT INTO guests (name, phone, age_confirmed_at, age_confirmed_by, blocked_at)
       VALUES ($1, $2, CASE WHEN $3::bigint IS NOT NULL THEN now() END, $3, CASE WHEN $4 THEN now() END) RETURNING id`,
      [options.name ?? null, options.phone ?? null, confirmed_by, options.blocked ?? false],
    );
    await openGuestAccount(unit, id);
    const amount = options.balance ?? 0;
    await postLedger(unit, {
      kind: 'opening',
      shift_id: null,
      guest_id: id,
      lines: [
        { account: { kind: 'guest', guest_id: id }, amount_minor: amount },
        { account: { kind: 'opening' }, amount_minor: 0 - amount },
      ],
    });
    return { guest_id: id };
  });
}

export async function aCard(
  bar: Where,
  options: { state?: CardState; uid?: string } = {},
): Promise<{ card_id: number; uid: string }> {
  const { id, uid } = await insertOne<{ id: number; uid: string }>(
    bar,
    'INSERT INTO cards (uid, state) VALUES ($1, $2) RETURNING id, uid',
    [options.uid ?? `04${hex(6).toUpperCase()}`, options.state ?? 'available'],
  );
  return { card_id: id, uid };
}

export type BuiltVisit = { visit_id: number; guest_id: number; card_id: number; uid: string };

/** An active visit of a guest with that balance, with a card of its own. */
export async function aVisit(
  bar: Bar,
  options: { balance?: Minor; guest_id?: number; name?: string; uid?: string } = {},
): Promise<BuiltVisit> {
  const guest_id = options.guest_id ?? (await aGuest(bar, options)).guest_id;
  const { id } = await insertOne<{ id: number }>(
    bar,
    'INSERT INTO visits (guest_id, opened_by) VALUES ($1, $2) RETURNING id',
    [guest_id, bar.actor.operator_id],
  );
  const card = await aCard(bar, { state: 'assigned', uid: options.uid });
  await query(bar.sequelize, 'INSERT INTO visit_cards (visit_id, card_id) VALUES ($1, $2)', [
    id,
    card.card_id,
  ]);
  return { visit_id: id, guest_id, ...card };
}

/** An active visit whose guest has no card yet. */
export async function aVisitWithoutCard(
  bar: Bar,
  options: { balance?: Minor; guest_id?: number; name?: string } = {},
): Promise<{ visit_id: number; guest_id: number }> {
  const guest_id = options.guest_id ?? (await aGuest(bar, options)).guest_id;
  const { id } = await insertOne<{ id: number }>(
    bar,
    'INSERT INTO visits (guest_id) VALUES ($1) RETURNING id',
    [guest_id],
  );
  return { visit_id: id, guest_id };
}

export async function aBeverage(
  bar: Where,
  options: { name?: string; price_minor_per_litre?: number } = {},
): Promise<{ beverage_id: number; price_minor_per_litre: number }> {
  const price_minor_per_litre = options.price_minor_per_litre ?? 30_000;
  const { id } = await insertOne<{ id: number }>(
    bar,
    'INSERT INTO beverages (name, style, abv_permille, price_minor_per_litre) VALUES ($1, $2, 48, $3) RETURNING id',
    [options.name ?? 'Пилс «Старый мост»', 'Пилс', price_minor_per_litre],
  );
  return { beverage_id: id, price_minor_per_litre };
}

export async function aKeg(
  bar: Where,
  options: { beverage_id?: number; size_ml?: number; remaining_ml?: number; state?: KegState } = {},
): Promise<{ keg_id: number; beverage_id: number }> {
  const beverage_id = options.beverage_id ?? (await aBeverage(bar)).beverage_id;
  const size_ml = options.size_ml ?? 30_000;
  const start_ml = options.remaining_ml ?? size_ml;
  const { id } = await insertOne<{ id: number }>(
    bar,
    'INSERT INTO kegs (beverage_id, size_ml, start_ml, remaining_ml, state) VALUES ($1, $2, $3, $3, $4) RETURNING id',
    [beverage_id, size_ml, start_ml, options.state ?? 'in_store'],
  );
  return { keg_id: id, beverage_id };
}

/** A paired node with a certificate that has long to run. */
export async function aNode(
  bar: Where,
  options: { name?: string } = {},
): Promise<{ node_id: number; spki_sha256: string }> {
  const { id, spki_sha256 } = await insertOne<{ id: number; spki_sha256: string }>(
    bar,
    `INSERT INTO nodes (name, spki_sha256, certificate_expires_at, protocol_version)
     VALUES ($1, $2, now() + interval '1 year', 1) RETURNING id, spki_sha256`,
    [options.name ?? `pi-${hex(4)}`, hex(32)],
  );
  return { node_id: id, spki_sha256 };
}

export type BuiltTap = {
  tap_id: number;
  number: number;
  node_id: number;
  keg_id: number | null;
  beverage_id: number;
  price_minor_per_litre: number;
};

/** A selling tap with a full keg and a node of its own. */
export async function aTap(
  bar: Where,
  options: {
    number?: number;
    status?: TapStatus;
    node_id?: number;
    keg?: boolean;
    remaining_ml?: number;
    price_minor_per_litre?: number;
    overshoot_ml?: number;
  } = {},
): Promise<BuiltTap> {
  const beverage = await aBeverage(bar, options);
  const node_id = options.node_id ?? (await aNode(bar)).node_id;
  const keg = await aKeg(bar, { ...beverage, remaining_ml: options.remaining_ml, state: 'on_tap' });
  const keg_id = options.keg === false ? null : keg.keg_id;
  const { id, number } = await insertOne<{ id: number; number: number }>(
    bar,
    `INSERT INTO taps (number, status, keg_id, node_id, overshoot_ml)
     VALUES (coalesce($1, (SELECT coalesce(max(number), 0) + 1 FROM taps)), $2, $3, $4, $5) RETURNING id, number`,
    [options.number ?? null, options.status ?? 'selling', keg_id, node_id, options.overshoot_ml ?? 0],
  );
  return { tap_id: id, number, node_id, keg_id, ...beverage };
}

export type BuiltGrant = { grant_id: string; client_tx_id: string; short_id: string; limit_minor: number };

/** An unsettled grant as authorise leaves it: attempt, grant, and for an open one the visit's lock. */
export async function aGrant(
  bar: Bar,
  parents: { visit: BuiltVisit; tap: BuiltTap },
  options: { state?: 'open' | 'orphaned'; limit_ml?: number; lease_over?: boolean } = {},
): Promise<BuiltGrant> {
  const { visit, tap } = parents;
  const { shift_id } = await anOpenShift(bar);
  const state = options.state ?? 'open';
  const limit_ml = options.limit_ml ?? 500;
  const limit_minor = cost(millilitres(limit_ml), minorPerLitre(tap.price_minor_per_litre));
  const grant = { grant_id: randomUUID(), client_tx_id: hex(16), limit_minor };
  return inTransaction(bar.sequelize, async (unit) => {
    await query(
      unit,
      `INSERT INTO attempts (client_tx_id, node_id, tap_id, card_uid, boot_id, request_hash, outcome)
       VALUES ($1, $2, $3, $4, 'boot-00000000', 'hash', 'granted')`,
      [grant.client_tx_id, tap.node_id, tap.tap_id, visit.uid],
    );
    const { counter } = await queryOne<{ counter: number }>(
      unit,
      'UPDATE taps SET short_code_counter = (short_code_counter + 1) % 1000 WHERE id = $1 RETURNING short_code_counter AS counter',
      [tap.tap_id],
    );
    const { epoch } = await queryOne<{ epoch: number }>(
      unit,
      `UPDATE visits SET lock_epoch = lock_epoch + 1, version = version + 1,
         active_tap_id = CASE WHEN $3 THEN $2::bigint ELSE active_tap_id END, lock_set_at = CASE WHEN $3 THEN now() ELSE lock_set_at END
       WHERE id = $1 RETURNING lock_epoch AS epoch`,
      [visit.visit_id, tap.tap_id, state === 'open'],
    );
    const short_id = shortId(tap.number, counter);
    await query(
      unit,
      `INSERT INTO grants (id, client_tx_id, node_id, tap_id, visit_id, guest_id, card_id, keg_id, beverage_id, shift_id, epoch,
         short_id, price_minor_per_litre, limit_ml, limit_minor, state, lease_over)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
      [
        grant.grant_id,
        grant.client_tx_id,
        tap.node_id,
        tap.tap_id,
        visit.visit_id,
        visit.guest_id,
        visit.card_id,
        tap.keg_id,
        tap.beverage_id,
        shift_id,
        epoch,
        short_id,
        tap.price_minor_per_litre,
        limit_ml,
        limit_minor,
        state,
        options.lease_over ?? false,
      ],
    );
    return { ...grant, short_id };
  });
}

export async function balanceOf(bar: Where, guest_id: number): Promise<number> {
  const row = await queryOne<{ balance_minor: number }>(
    bar.sequelize,
    'SELECT balance_minor FROM guest_accounts WHERE guest_id = $1',
    [guest_id],
  );
  return row.balance_minor;
}

/** How many rows a table has, for «nothing changed». The name is the test's own, never input. */
export async function countRows(bar: Where, table: string): Promise<number> {
  return (await queryOne<{ n: number }>(bar.sequelize, `SELECT count(*) AS n FROM "${table}"`)).n;
}
