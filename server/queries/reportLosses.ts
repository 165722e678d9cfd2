import type { Sequelize } from 'sequelize';
import type { KegVariance, LossRow } from '#domain/protocol/reports';
import type { FlowLossKind } from '#domain/keg/movements';
import { LOSS_KINDS } from '#domain/report/kinds';
import { query, queryOne } from '../db/query.ts';
import type { ReportCorrections, ReportGuests } from './reportSales.ts';
import type { ReportSpan } from './reportSpan.ts';

type Times = Pick<ReportSpan, 'from_at' | 'to_at'>;
const within = (column: string) => `${column} >= $1 AND ${column} < coalesce($2::timestamptz, 'infinity')`;
const bind = ({ from_at, to_at }: Times) => [from_at.toISOString(), to_at?.toISOString() ?? null];

/** Every way in which beer went without being paid, in the order of the list; those that did not happen are left out. */
export async function reportLosses(
  sequelize: Sequelize,
  times: Times,
  known: ReportGuests & ReportCorrections,
): Promise<LossRow[]> {
  const [flows, { unbilled_ml }] = await Promise.all([
    query<{ kind: FlowLossKind; ml: number }>(
      sequelize,
      `SELECT f.kind, sum(f.ml)::bigint AS ml FROM taps t JOIN flow_losses f ON f.tap_id = t.id
       WHERE ${within('f.occurred_at')} GROUP BY f.kind`,
      bind(times),
    ),
    queryOne<{ unbilled_ml: number }>(
      sequelize,
      `SELECT coalesce(sum(out_ml), 0)::bigint AS unbilled_ml FROM keg_movements
       WHERE kind IN ('unbilled', 'late_difference') AND ${within('created_at')}`,
      bind(times),
    ),
  ]);
  const flowed = (kind: FlowLossKind) => of(flows.find((flow) => flow.kind === kind)?.ml ?? 0);
  const losses: Record<LossRow['kind'], Omit<LossRow, 'kind'>> = {
    comp: of(known.comped_ml, known.comped_minor),
    house: of(known.house_ml, known.house_minor),
    reversal: of(known.reversed_ml, known.reversed_minor),
    cleaning: flowed('cleaning'),
    leak: flowed('leak'),
    after_close: flowed('after_close'),
    kick: flowed('kick'),
    foam: of(known.foam_ml),
    first_flush: of(known.first_flush_ml),
    unbilled: of(unbilled_ml),
  };
  return LOSS_KINDS.map((kind) => ({ kind, ...losses[kind] })).filter(
    ({ ml, minor }) => ml !== 0 || (minor ?? 0) !== 0,
  );
}

const of = (ml: number, minor: number | null = null) => ({ ml, minor });

/** What each keg that came to its end still showed, or had given beyond its size. */
export async function kegVariances(sequelize: Sequelize, times: Times): Promise<KegVariance[]> {
  const rows = await query<Omit<KegVariance, 'at'> & { at: Date }>(
    sequelize,
    `SELECT m.keg_id, b.name AS beverage, k.size_ml, max(m.created_at) AS at, sum(m.out_ml)::bigint AS variance_ml
     FROM keg_movements m JOIN kegs k ON k.id = m.keg_id JOIN beverages b ON b.id = k.beverage_id
     WHERE m.kind = 'yield_variance' AND ${within('m.created_at')}
     GROUP BY m.keg_id, b.name, k.size_ml ORDER BY at, m.keg_id`,
    bind(times),
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
