import { useTranslation } from 'react-i18next';
import type { LiabilityRow } from '#domain/protocol/reports';
import { useFormat } from '../../lib/format.tsx';
import { Block } from './Block.tsx';
import { Chart } from './Chart.tsx';
import { useColumns } from './columns.ts';
import type { ReportPartProps } from './Reports.tsx';

/** What the bar owed its guests, and they it, when each shift ended. */
export function Held({ report, span }: ReportPartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const column = useColumns();
  const nameOf = ({ z_number }: LiabilityRow): string =>
    z_number === null ? t('reports.heldNow') : t('zx.z', { number: z_number });
  return (
    <Block
      title={t('reports.heldTitle')}
      name="guest-money"
      span={span}
      columns={[
        column.text<LiabilityRow>(t('reports.column.z'), nameOf, true),
        column.moment<LiabilityRow>(t('reports.column.at'), (row) => row.at),
        column.money<LiabilityRow>(t('reports.column.guests'), (row) => row.guests_minor),
        column.money<LiabilityRow>(t('reports.column.receivable'), (row) => row.receivable_minor),
        column.money<LiabilityRow>(t('reports.column.unclaimed'), (row) => row.unclaimed_minor),
      ]}
      rows={report.liabilities}
      empty={t('reports.noShifts')}
      chart={
        report.liabilities.length > 1 && (
          <Chart
            caption={t('reports.column.guests')}
            bars={report.liabilities.map((row) => ({
              name: nameOf(row),
              value: row.guests_minor,
              accent: row.z_number === null,
            }))}
            format={format.money}
            formatAxis={(minor) => format.moneyShort(Math.round(minor))}
          />
        )
      }
    />
  );
}
