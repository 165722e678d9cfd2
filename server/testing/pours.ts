import { randomBytes, randomUUID } from 'node:crypto';
import type { AuthoriseAnswer, AuthoriseInput, GrantWire, PourReport } from '#domain/protocol/node';
import { minor } from '#domain/quantity/money';
import { query, queryOne } from '../db/query.ts';
import { authorisePour } from '../services/authorisePour.ts';
import type { LiveState } from '../services/support/deps.ts';
import { anOpenShift, aTap, aVisit } from './builders.ts';
import type { Bar, BuiltTap, BuiltVisit } from './builders.ts';

export const BOOT = 'boot-0000-0001';
export const JOURNAL = 'journal-0000-0001';
export const aTx = (): string => randomBytes(16).toString('hex');

/** Every tap was heard a moment ago with nothing to send: what the close of a shift asks for. */
export const ALL_HEARD: LiveState = {
  tap: () => ({ phase: 'idle', last_seen_ms_ago: 100, live_ml: null, grant_id: null }),
};

/** What must lie in the drawer. */
export async function cashInDrawer(bar: Pick<Bar, 'sequelize'>): Promise<number> {
  const { cash } = await queryOne<{ cash: number }>(
    bar.sequelize,
    `SELECT (SELECT float_minor FROM shifts WHERE state = 'open') + coalesce(-sum(e.amount_minor), 0)::bigint AS cash FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
     WHERE a.kind = 'cash'`,
  );
  return cash;
}

/** A guest with a card and 1,000.00 before a selling tap with a full keg at 300.00 a litre; the shift is open. */
export type Scene = {
  bar: Bar;
  visit: BuiltVisit;
  tap: BuiltTap;
  shift_id: number;
  node: { node_id: number };
};

export async function aScene(
  bar: Bar,
  options: { balance?: number; remaining_ml?: number } = {},
): Promise<Scene> {
  const { shift_id } = await anOpenShift(bar, { float_minor: 100_000 });
  const visit = await aVisit(bar, { balance: minor(options.balance ?? 100_000) });
  const tap = await aTap(bar, { remaining_ml: options.remaining_ml });
  return { bar, visit, tap, shift_id, node: { node_id: tap.node_id } };
}

export function asking(
  scene: Pick<Scene, 'visit' | 'tap'>,
  change: Partial<AuthoriseInput> = {},
): AuthoriseInput {
  const { visit, tap } = scene;
  return {
    client_tx_id: aTx(),
    tap_id: tap.tap_id,
    card_uid: visit.uid,
    boot_id: BOOT,
    attempt: 1,
    ...change,
  };
}

export async function granted(answer: Promise<AuthoriseAnswer>): Promise<GrantWire> {
  const given = await answer;
  if (given.outcome === 'refused') throw new Error(`expected a grant, was refused: ${given.refusal.code}`);
  return given.grant;
}

export async function refusedWith(answer: Promise<AuthoriseAnswer>): Promise<string> {
  const given = await answer;
  return given.outcome === 'refused' ? given.refusal.code : 'granted';
}

/** The card of the scene is laid on its tap. */
export async function aPourGranted(scene: Scene): Promise<{ grant: GrantWire; input: AuthoriseInput }> {
  const input = asking(scene);
  return { grant: await granted(authorisePour(scene.bar.deps, scene.node, input)), input };
}

export function aReport(grant: GrantWire, change: Partial<PourReport> = {}): PourReport {
  const metered_ml = change.metered_ml ?? 500;
  return {
    grant_id: grant.grant_id,
    client_tx_id: grant.client_tx_id,
    tap_id: grant.tap_id,
    short_id: grant.short_id,
    seq: 1,
    // of a new tap: 5,400 pulses a litre
    pulses: Math.round(metered_ml * 5.4),
    metered_ml,
    calibration_version: 1,
    duration_ms: 12_000,
    end_reason: 'card_removed',
    boot_id: BOOT,
    age_ms: 40,
    offline: false,
    attempt: 1,
    journal_id: JOURNAL,
    ...change,
  };
}

/** A report of a grant that the till has never given, as a node keeps it over a restore. */
export function aStrayReport(scene: Pick<Scene, 'tap'>, change: Partial<PourReport> = {}): PourReport {
  const stray = { grant_id: randomUUID(), client_tx_id: aTx(), tap_id: scene.tap.tap_id, short_id: '031272' };
  return aReport(stray as GrantWire, change);
}

/** Everything that 10-grants' table speaks of, after whatever happened. */
export type Snapshot = {
  grant: string;
  locked: boolean;
  pour: string;
  billed_ml: number | null;
  metered_ml: number | null;
  balance_minor: number;
  owed_minor: number;
  reserved_minor: number;
  keg_ml: number;
  tap: string;
  reviews: string[];
  verdicts: string[];
};

/** `client_tx_id`: of the attempt whose grant is looked at. */
export async function look(scene: Scene, client_tx_id: string): Promise<Snapshot> {
  const { bar, visit, tap } = scene;
  return queryOne<Snapshot>(
    bar.sequelize,
    `SELECT coalesce((SELECT g.state || CASE WHEN g.lease_over THEN ', lease over' ELSE '' END FROM grants g WHERE g.client_tx_id = $1),
         (SELECT a.outcome FROM attempts a WHERE a.client_tx_id = $1), 'unknown') AS "grant",
       (SELECT active_tap_id IS NOT NULL FROM visits WHERE id = $2) AS locked,
       coalesce((SELECT sync_status FROM pours WHERE client_tx_id = $1), 'none') AS pour,
       (SELECT billed_ml FROM pours WHERE client_tx_id = $1) AS billed_ml,
       (SELECT metered_ml FROM pours WHERE client_tx_id = $1) AS metered_ml,
       (SELECT balance_minor FROM guest_accounts WHERE guest_id = $3) AS balance_minor,
       coalesce((SELECT -sum(e.amount_minor) FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
          WHERE a.kind = 'receivable' AND a.guest_id = $3), 0)::bigint AS owed_minor,
       coalesce((SELECT sum(limit_minor) FROM grants WHERE guest_id = $3 AND state IN ('open', 'orphaned')), 0)::bigint AS reserved_minor,
       (SELECT k.remaining_ml FROM kegs k WHERE k.id = $5) AS keg_ml,
       (SELECT status FROM taps WHERE id = $4) AS tap,
       coalesce((SELECT array_agg(kind ORDER BY id) FROM review_items WHERE state = 'open'), '{}') AS reviews,
       coalesce((SELECT array_agg(verdict ORDER BY id) FROM pour_reports), '{}') AS verdicts`,
    [client_tx_id, visit.visit_id, visit.guest_id, tap.tap_id, tap.keg_id],
  );
}

/** Rows of every table that a pour writes, for «again changes nothing»; the trail of refusals is not among them. */
export async function bookRows(bar: Pick<Bar, 'sequelize'>): Promise<Record<string, number>> {
  const tables = [
    'attempts',
    'grants',
    'pours',
    'pour_reports',
    'keg_movements',
    'flow_losses',
    'review_items',
    'ledger_transactions',
    'ledger_entries',
    'guests',
    'visits',
    'visit_cards',
    'cards',
    'lost_cards',
    'pos_outbox',
  ];
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
  return queryOne(bar.sequelize, `SELECT ${counts.join(', ')}`);
}

export async function auditActions(bar: Pick<Bar, 'sequelize'>, like = '%'): Promise<string[]> {
  const rows = await query<{ action: string }>(
    bar.sequelize,
    'SELECT action FROM audit_events WHERE action LIKE $1 ORDER BY id',
    [like],
  );
  return rows.map((row) => row.action);
}
