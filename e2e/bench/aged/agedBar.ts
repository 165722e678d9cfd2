import pg from 'pg';
import type { Sequelize } from 'sequelize';
import { query } from '#server/db/query';
import { openDatabase, withDatabase } from '#server/db/database';
import { appRoleOf, migrate } from '#server/db/migrate';
import { checkoutMigrations } from '#server/db/paths';
import { aBar, anOpenShift, aTap, aVisit } from '#server/testing/builders';
import type { Bar } from '#server/testing/builders';
import { temporaryCluster } from '#server/testing/temporaryCluster';
import { minor } from '#domain/quantity/money';
import { verifyBooks } from '#server/services/verifyBooks';
import { median } from '../figures.ts';
import { countQueries } from './countQueries.ts';
import type { Queries } from './countQueries.ts';
import { loadAge } from './loadAge.ts';
import type { Age } from './ageSql.ts';
import { proceduresOf } from './procedures.ts';
import type { Scene } from './procedures.ts';

export interface Touch extends Queries {
  readonly buffers: number;
  readonly ms: number;
}
export interface ProcedureFigures {
  readonly young: Touch;
  readonly aged: Touch;
  /** of the buffers */
  readonly ratio: number;
}
export interface AgedFigures {
  readonly age: Age;
  readonly load_s: Record<string, number>;
  readonly load_total_s: number;
  readonly verify: { readonly ok: boolean; readonly broken: readonly string[]; readonly ms: number };
  readonly procedures: Record<string, ProcedureFigures>;
  readonly goal: number;
  readonly met: boolean;
}

/** `09`: what a procedure touches in an old bar, against a new one. */
const GOAL = 2;
/** Answers that grow with the past up to their limit: reported, not judged. */
const GROWS: ReadonlySet<string> = new Set(['reviewed_list', 'shift_list']);
const TAPS = 16;
/** Named statements are planned for good after five runs; only then it is counted. */
const WARM_UP = 8;
const RUNS = 11;

/**
 * The shared buffers that each procedure of the till touches (found or read, heap, index and toast, triggers and foreign keys
 * included, system catalogues too), as its one database session counts them, on the same bar before and after its past is
 * loaded: a first evening, of which PostgreSQL has no statistics yet, against years with them. Median of some runs, planner settings
 * as shipped.
 */
export async function agedBar(age: Age, say: (line: string) => void): Promise<AgedFigures> {
  const { cluster, remove } = await temporaryCluster();
  const adminUrl = withDatabase(cluster.adminUrl, 'taptill');
  const admin = new pg.Client({ connectionString: adminUrl });
  try {
    await migrate({
      ownerUrl: cluster.ownerUrl,
      appRole: appRoleOf(cluster.appUrl),
      migrationsDir: checkoutMigrations(),
    });
    await admin.connect();
    const scenes = await inBar(cluster.appUrl, setUp);
    const young = await inBar(cluster.appUrl, (bar, queries) =>
      touches({ bar, admin, queries }, scenes.young),
    );
    const began = performance.now();
    const load_s = await loadAge(adminUrl, age, say);
    const load_total_s = Math.round((performance.now() - began) / 100) / 10;
    say(`aged bar: ${age.visits} visits and ${age.pours} pours loaded in ${load_total_s} s`);
    const verify = await inBar(cluster.appUrl, verified);
    say(
      `aged bar: verify ${verify.ok ? 'finds nothing' : `says ${verify.broken.join(', ')}`} after ${verify.ms} ms`,
    );
    const aged = await inBar(cluster.appUrl, async (bar, queries) =>
      touches({ bar, admin, queries }, await returning(bar, scenes.aged)),
    );
    const procedures = sideBySide(young, aged, say);
    const met = Object.entries(procedures).every(([name, { ratio }]) => GROWS.has(name) || ratio <= GOAL);
    return { age, load_s, load_total_s, verify, procedures, goal: GOAL, met };
  } finally {
    await admin.end();
    await remove();
  }
}

/** One session, so that everything is counted in one place; a new one each time, as after a restart. */
async function inBar<T>(appUrl: string, work: (bar: Bar, queries: () => Queries) => Promise<T>): Promise<T> {
  const sequelize = openDatabase({ url: appUrl, pool: { max: 1 }, statementTimeoutMs: 0 });
  const queries = countQueries(sequelize);
  try {
    return await work(await aBar({ sequelize }), queries);
  } finally {
    await sequelize.close();
  }
}

/** Taps and guests enough for a screen; the first guest drinks in the new bar, the second in the old one. */
async function setUp(bar: Bar): Promise<{ young: Scene; aged: Scene }> {
  await anOpenShift(bar);
  const places: Scene[] = [];
  for (let i = 0; i < TAPS; i++) {
    const tap = await aTap(bar);
    const name = `Гость Новых${'абвгдежзиклмнопр'[i] ?? ''}`;
    const visit = await aVisit(bar, { balance: minor(5_000), name });
    await bar.sequelize.query('UPDATE guests SET phone = :phone WHERE id = :id', {
      replacements: { phone: `7900000${1000 + i}`, id: visit.guest_id },
    });
    places.push({ tap, visit });
  }
  await query(
    bar.sequelize,
    `INSERT INTO review_items (kind, tap_id, visit_id, guest_id) SELECT 'seq_gap', t.id, v.id, v.guest_id FROM taps t JOIN visits v ON v.id = t.id`,
  );
  const [young, aged] = places;
  if (!young || !aged) throw new Error('the bar has no taps');
  return { young, aged };
}

/** The guest of the old bar is one who came often: their last visit in this bar is the one that is open. */
async function returning(bar: Bar, scene: Scene): Promise<Scene> {
  const visit = await aVisit(bar, { guest_id: await oldGuest(bar.sequelize) });
  return { ...scene, visit };
}

async function oldGuest(sequelize: Sequelize): Promise<number> {
  const [row] = (
    await sequelize.query('SELECT max(guest_id) AS id FROM visits WHERE state = $$closed$$')
  )[0] as {
    id: number;
  }[];
  if (!row) throw new Error('the bar has no past');
  return row.id;
}

async function verified(bar: Bar): Promise<AgedFigures['verify']> {
  const began = performance.now();
  const { ok, broken } = await verifyBooks(bar);
  return {
    ok,
    broken: broken.map(({ check, row_id, says }) => `${check}: ${row_id} ${says}`),
    ms: Math.round(performance.now() - began),
  };
}

interface Watched {
  readonly bar: Bar;
  readonly admin: pg.Client;
  readonly queries: () => Queries;
}

async function touches({ bar, admin, queries }: Watched, scene: Scene): Promise<Record<string, Touch>> {
  const pid = await pidOf(bar.sequelize);
  const buffers = async (): Promise<number> => {
    await bar.sequelize.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await admin.query<{ buffers: string }>(BUFFERS, [pid]);
    return Number(rows[0]?.buffers);
  };
  const touch = async (act: () => Promise<unknown>): Promise<Touch> => {
    const before = await buffers();
    const asked = queries();
    const began = performance.now();
    await act();
    const ms = performance.now() - began;
    const answered = queries();
    return {
      buffers: (await buffers()) - before,
      ms,
      statements: answered.statements - asked.statements,
      round_trips: answered.round_trips - asked.round_trips,
    };
  };
  const runs = new Map<string, Touch[]>();
  const procedures = await proceduresOf(bar, scene);
  for (let run = 0; run < WARM_UP + RUNS; run++)
    for (const [name, act] of procedures) {
      const touched = await touch(act);
      if (run >= WARM_UP) runs.set(name, [...(runs.get(name) ?? []), touched]);
    }
  return Object.fromEntries([...runs].map(([name, all]) => [name, medianOf(all)]));
}

function medianOf(all: readonly Touch[]): Touch {
  const of = (figure: keyof Touch): number => median(all.map((one) => one[figure]));
  return {
    buffers: of('buffers'),
    ms: of('ms'),
    statements: of('statements'),
    round_trips: of('round_trips'),
  };
}

const BUFFERS = `SELECT coalesce(sum(hits + reads), 0) AS buffers FROM pg_stat_get_backend_io($1) WHERE object = 'relation'`;

async function pidOf(sequelize: Sequelize): Promise<number> {
  const [row] = (await sequelize.query('SELECT pg_backend_pid() AS pid'))[0] as { pid: number }[];
  return row?.pid ?? 0;
}

function sideBySide(
  young: Record<string, Touch>,
  aged: Record<string, Touch>,
  say: (line: string) => void,
): Record<string, ProcedureFigures> {
  const found: Record<string, ProcedureFigures> = {};
  for (const [name, now] of Object.entries(aged)) {
    const then = young[name];
    if (!then) continue;
    const ratio = Math.round((now.buffers / Math.max(1, then.buffers)) * 100) / 100;
    found[name] = { young: then, aged: now, ratio };
    say(
      `  ${name}: ${then.buffers} → ${now.buffers} buffers (× ${ratio}), ${then.ms} → ${now.ms} ms; ` +
        `${now.statements} statements in ${now.round_trips} round trips`,
    );
  }
  return found;
}
