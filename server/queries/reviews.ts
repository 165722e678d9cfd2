import { DomainError } from '#domain/errors';
import { chargeOf } from '#domain/pour/charge';
import type { RawReportWire, ReviewDetail, ReviewRow, StoryLine } from '#domain/protocol/corrections';
import { compare, decideAdjust, isAdjustable } from '#domain/review/compare';
import type { ReviewState } from '#domain/review/states';
import type { Sequelize } from 'sequelize';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import { correctedPour } from '../services/support/correctedPour.ts';
import { readSettings } from '../services/support/settings.ts';

type Where = Unit | Sequelize;
type Dated<Row, Key extends keyof Row> = Omit<Row, Key> & Record<Key, Date>;
type RowRead = Omit<ReviewRow, 'created_at' | 'resolved_at'> & { created_at: Date; resolved_at: Date | null };

const REVIEWS = `
  SELECT r.id AS review_id, r.kind, r.state, t.number AS tap_number, r.visit_id, r.guest_id, gu.name AS guest_name, r.grant_id,
    g.short_id, r.report_id, r.facts, r.created_at, r.resolved_at, r.resolved_by, r.resolution, r.resolution_reason
  FROM review_items r LEFT JOIN taps t ON t.id = r.tap_id LEFT JOIN guests gu ON gu.id = r.guest_id LEFT JOIN grants g ON g.id = r.grant_id`;
const MOST = 200;

/** What a person must look at, oldest first; what was looked at, newest first. */
export async function reviewList(
  where: Where,
  ask: { state: ReviewState; kind: string | null },
): Promise<ReviewRow[]> {
  const order = ask.state === 'open' ? 'r.created_at, r.id' : 'r.resolved_at DESC, r.id DESC';
  const rows = await query<RowRead>(
    where,
    `${REVIEWS} WHERE r.state = $1 AND ($2::text IS NULL OR r.kind = $2) ORDER BY ${order} LIMIT ${MOST}`,
    [ask.state, ask.kind],
  );
  return rows.map(presentReview);
}

const presentReview = (row: RowRead): ReviewRow => ({
  ...row,
  created_at: row.created_at.toISOString(),
  resolved_at: row.resolved_at?.toISOString() ?? null,
});

/** One item with charge and meter side by side. @throws DomainError review.not_found */
export async function reviewDetail(where: Where, review_id: number): Promise<ReviewDetail> {
  const [row] = await query<RowRead>(where, `${REVIEWS} WHERE r.id = $1`, [review_id]);
  if (!row) throw new DomainError('review.not_found', { review_id });
  const [report] = await rawReports(where, 'WHERE id = $1', [row.report_id]);
  return {
    ...presentReview(row),
    ...(await sideBySide(where, row)),
    report: report ?? null,
    corrections: row.grant_id === null ? [] : await correctionsOf(where, row.grant_id),
    story: row.grant_id === null ? [] : await storyOf(where, row.grant_id),
  };
}

async function sideBySide(where: Where, row: RowRead): Promise<Pick<ReviewDetail, 'compare' | 'adjustable'>> {
  const report = await meterOfReview(where, row.review_id);
  if (row.grant_id === null || row.guest_id === null || !report) return { compare: null, adjustable: false };
  const { pour } = await correctedPour(where, row.grant_id);
  const charge = chargeOf(pour);
  const { first_flush_ml } = (await readSettings(where)).pour;
  const difference = compare({ pour, charge, report, first_flush_ml });
  const { outcome } = decideAdjust(charge, difference);
  const adjustable =
    row.state === 'open' && isAdjustable(row.kind) && (outcome === 'charge' || outcome === 'give_back');
  return { compare: difference, adjustable };
}

/** What the meter says in the item's report; none where there is no usable report. */
export async function meterOfReview(
  where: Where,
  review_id: number,
): Promise<{ metered_ml: number; kick_ml: number } | null> {
  const [report] = await query<{ metered_ml: number; end_reason: string; body: string }>(
    where,
    `SELECT p.metered_ml, p.end_reason, p.body FROM review_items r JOIN pour_reports p ON p.id = r.report_id
     WHERE r.id = $1 AND p.metered_ml IS NOT NULL`,
    [review_id],
  );
  if (!report) return null;
  return {
    metered_ml: report.metered_ml,
    kick_ml: report.end_reason === 'kick' ? kickIn(report.body) : 0,
  };
}

/** The body is a text: it may have been too long to be kept whole. */
const kickIn = (body: string) => Number(/"kick_ml":(\d+)/.exec(body)?.[1] ?? 0);

/** What came and could not be used, newest first, word for word. */
export const quarantine = (where: Where): Promise<RawReportWire[]> =>
  rawReports(where, `WHERE verdict = 'quarantined' ORDER BY id DESC LIMIT ${MOST}`, []);

async function rawReports(where: Where, which: string, bind: readonly unknown[]): Promise<RawReportWire[]> {
  const rows = await query<Dated<RawReportWire, 'received_at'>>(
    where,
    `SELECT id AS report_id, node_id, tap_id, client_tx_id, verdict, quarantine_reason, metered_ml, received_at, body
     FROM pour_reports ${which}`,
    bind,
  );
  return rows.map((row) => ({ ...row, received_at: row.received_at.toISOString() }));
}

type Told = Dated<Omit<StoryLine, 'ml'>, 'at'> & { details: Record<string, unknown> };
/** In whose details an amount of beer stands, the most telling first. */
const ML_OF_STORY = ['metered_ml', 'billed_ml', 'ml', 'limit_ml'];

/** What the trail has of a grant, oldest first. */
async function storyOf(where: Where, grant_id: string): Promise<StoryLine[]> {
  const rows = await query<Told>(
    where,
    `SELECT a.at, a.action, o.name AS operator_name, a.details
     FROM grants g JOIN audit_events a ON a.visit_id = g.visit_id AND a.grant_id = g.id
     LEFT JOIN operators o ON o.id = a.operator_id WHERE g.id = $1 ORDER BY a.id LIMIT ${MOST}`,
    [grant_id],
  );
  return rows.map(({ at, action, operator_name, details }) => {
    const ml = ML_OF_STORY.map((name) => details[name]).find((value) => typeof value === 'number');
    return { at: at.toISOString(), action, operator_name, ml: typeof ml === 'number' ? ml : null };
  });
}

type CorrectionWire = ReviewDetail['corrections'][number];

async function correctionsOf(where: Where, grant_id: string): Promise<CorrectionWire[]> {
  const rows = await query<Dated<CorrectionWire, 'created_at'>>(
    where,
    `SELECT id AS correction_id, kind, ml, amount_minor, transaction_id, shift_id, operator_id, approved_by, reason, created_at
     FROM pour_corrections WHERE grant_id = $1 ORDER BY id`,
    [grant_id],
  );
  return rows.map((row) => ({ ...row, created_at: row.created_at.toISOString() }));
}
