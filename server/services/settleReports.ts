import type { SettleAnswer } from '#domain/protocol/node';
import { settleReport } from './settleReport.ts';
import type { Deps } from './support/deps.ts';

/** A batch in its order, each report in a transaction of its own: what has its verdict keeps it whatever comes after. */
export async function settleReports(
  deps: Deps,
  node: { node_id: number },
  reports: readonly unknown[],
): Promise<SettleAnswer> {
  const verdicts: SettleAnswer['verdicts'] = [];
  for (const [index, report] of reports.entries())
    verdicts.push({ index, ...(await settleReport(deps, node, report)) });
  return { verdicts };
}
