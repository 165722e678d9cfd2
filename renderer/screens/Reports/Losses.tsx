import { useTranslation } from 'react-i18next';
import type { KegVariance, LossRow } from '#domain/protocol/reports';
import { useFormat } from '../../lib/format.tsx';
import { Block } from './Block.tsx';
import { Chart } from './Chart.tsx';
import { useColumns } from './columns.ts';
import type { ReportPartProps } from './Reports.tsx';

/** Beer that no guest paid for, and what each ended keg lacked. */
export function Losses({ report, span }: ReportPartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const column = useColumns();
  const nameOf = (row: LossRow): string => t(`reports.loss.${row.kind}`);
  const litres = (ml: number): string => format.litres(ml, 3);
  const losses = [...report.losses].sort((a, b) => b.ml - a.ml);
  return (
    <>
      <Block
        title={t('reports.lostBy')}
        name="losses"
        span={span}
        columns={[
          column.text<LossRow>(t('reports.column.kind'), nameOf, true),
          column.litres<LossRow>(t('reports.column.litres'), (row) => row.ml),
          column.money<LossRow>(t('reports.column.price'), (row) => row.minor),
        ]}
        rows={losses}
        empty={t('reports.nothingLost')}
        chart={
          <Chart
            lying
            caption={t('reports.column.litres')}
            bars={losses.map((row) => ({ name: nameOf(row), value: Math.max(0, row.ml) }))}
            format={litres}
            formatAxis={(ml) => format.litres(ml)}
          />
        }
      />
      <Block
        title={t('reports.variances')}
        name="keg-variances"
        span={span}
        columns={[
          column.text<KegVariance>(t('reports.column.keg'), (row) => format.number(row.keg_id)),
          column.text<KegVariance>(t('reports.column.beverage'), (row) => row.beverage, true),
          column.moment<KegVariance>(t('reports.column.ended'), (row) => row.at),
          column.litres<KegVariance>(t('reports.column.size'), (row) => row.size_ml),
          column.litres<KegVariance>(t('reports.column.variance'), (row) => row.variance_ml),
        ]}
        rows={report.keg_variances}
        empty={t('reports.noVariances')}
        chart={<p className="dim">{t('reports.varianceNote')}</p>}
      />
    </>
  );
}
