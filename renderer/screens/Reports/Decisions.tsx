import { useTranslation } from 'react-i18next';
import type { OverrideRow, OverrideTotal } from '#domain/protocol/reports';
import { useStaffName } from '../../app/staffName.ts';
import { useFormat } from '../../lib/format.tsx';
import { Block } from './Block.tsx';
import { Chart } from './Chart.tsx';
import { useColumns } from './columns.ts';
import type { ReportPartProps } from './Reports.tsx';

const some = (value: number | null): number | null => (value === 0 ? null : value);

/** What people decided beside the rules: how often each, and every one with its reason. */
export function Decisions({ report, span }: ReportPartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const column = useColumns();
  const staffName = useStaffName();
  const { totals, rows, more } = report.overrides;
  const approverOf = ({ approved_by, operator_id }: OverrideRow): string | null =>
    approved_by === null || approved_by === operator_id ? null : staffName(approved_by);
  const people = [...new Set(totals.map(({ operator_id }) => operator_id))];
  return (
    <>
      <Block
        title={t('reports.decisionsBy')}
        name="decisions-by-person"
        span={span}
        columns={[
          column.text<OverrideTotal>(t('reports.column.who'), (row) => staffName(row.operator_id)),
          column.text<OverrideTotal>(
            t('reports.column.decision'),
            (row) => t(`reports.decision.${row.kind}`),
            true,
          ),
          column.count<OverrideTotal>(t('reports.column.count'), (row) => row.count),
          column.litres<OverrideTotal>(t('reports.column.litres'), (row) => some(row.ml)),
          column.money<OverrideTotal>(t('reports.column.money'), (row) => some(row.minor)),
        ]}
        rows={totals}
        empty={t('reports.noDecisions')}
        chart={
          people.length > 1 && (
            <Chart
              lying
              caption={t('reports.column.count')}
              bars={people.map((operator_id) => ({
                name: staffName(operator_id),
                value: totals
                  .filter((row) => row.operator_id === operator_id)
                  .reduce((sum, row) => sum + row.count, 0),
              }))}
              format={format.count}
            />
          )
        }
      />
      {rows.length > 0 && (
        <Block
          title={t('reports.decisionsAll')}
          note={more ? t('reports.more') : undefined}
          name="decisions"
          span={span}
          columns={[
            column.moment<OverrideRow>(t('reports.column.at'), (row) => row.at),
            {
              ...column.text<OverrideRow>(t('reports.column.who'), (row) => staffName(row.operator_id)),
              text: (row) => [staffName(row.operator_id), approverOf(row)].filter(Boolean).join(' → '),
            },
            column.text<OverrideRow>(t('reports.column.decision'), (row) =>
              t(`reports.decision.${row.kind}`),
            ),
            column.litres<OverrideRow>(t('reports.column.litres'), (row) => some(row.ml)),
            column.money<OverrideRow>(t('reports.column.money'), (row) => some(row.minor)),
            column.text<OverrideRow>(t('reports.column.reason'), (row) => row.reason, true),
            { ...column.text<OverrideRow>(t('reports.column.approved'), approverOf), fileOnly: true },
            {
              ...column.text<OverrideRow>(t('reports.column.visit'), ({ visit_id }) =>
                visit_id === null ? null : String(visit_id),
              ),
              fileOnly: true,
            },
          ]}
          rows={rows}
          empty={t('reports.noDecisions')}
        />
      )}
    </>
  );
}
