import { useTranslation } from 'react-i18next';
import type { ReportWire } from '#domain/protocol/reports';
import { Figure } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import { Block } from './Block.tsx';
import { Chart } from './Chart.tsx';
import { SHOWN, shownOnCharts } from './chosen.ts';
import { useColumns } from './columns.ts';
import { hoursOf } from './hours.ts';
import type { ReportPartProps } from './Reports.tsx';
import classes from './Reports.module.css';

interface Sold {
  name: string;
  pours: number;
  ml: number;
  sales_minor: number;
}

/** Litres and money: how much in all, and when, where and of what. */
export function Sales({ report, span }: ReportPartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (report.totals.pours === 0) return <p className="dim">{t('reports.nothingSold')}</p>;
  const hour = (h: number): string => `${String(h).padStart(2, '0')}:00`;
  const blocks: { by: 'day' | 'hour' | 'tap' | 'beverage'; lying?: boolean; rows: Sold[] }[] = [
    {
      by: 'hour',
      rows: hoursOf(report.by_hour, (h) => ({ hour: h, pours: 0, ml: 0, sales_minor: 0 })).map((row) => ({
        ...row,
        name: hour(row.hour),
      })),
    },
    {
      by: 'tap',
      lying: report.by_tap.length > 8,
      rows: report.by_tap.map((row) => ({
        ...row,
        name: t('lock.tap', { tap: format.number(row.tap_number) }),
      })),
    },
    { by: 'beverage', lying: true, rows: report.by_beverage.map((row) => ({ ...row, name: row.beverage })) },
  ];
  if (report.by_day.length > 1)
    blocks.unshift({
      by: 'day',
      rows: report.by_day.map((row) => ({ ...row, name: shortDay(row.business_date, format.language) })),
    });
  return (
    <>
      <Tiles report={report} />
      <Shown />
      {blocks.map(({ by, lying, rows }) => (
        <SoldBlock key={by} by={by} rows={rows} lying={lying} report={report} span={span} />
      ))}
    </>
  );
}

function shortDay(date: string, language: 'ru' | 'en'): string {
  return new Intl.DateTimeFormat(language === 'ru' ? 'ru' : 'en-GB', {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }).format(new Date(`${date}T12:00:00Z`));
}

function Tiles({ report: { totals } }: { report: ReportWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { sales_minor, net_minor, average_minor } = totals;
  return (
    <div className={classes['tiles']} data-testid="report-tiles">
      <Figure
        big
        label={t('reports.money')}
        value={format.money(sales_minor)}
        note={net_minor === sales_minor ? undefined : t('reports.net', { sum: format.money(net_minor) })}
      />
      <Figure label={t('reports.litres')} value={format.litres(totals.ml)} />
      <Figure label={t('reports.pours')} value={format.count(totals.pours)} />
      <Figure label={t('reports.visits')} value={format.count(totals.visits)} />
      {average_minor !== null && <Figure label={t('reports.average')} value={format.money(average_minor)} />}
    </div>
  );
}

/** Money or litres, on every chart at once. */
function Shown() {
  const { t } = useTranslation();
  const shown = useStore(shownOnCharts);
  return (
    <div className={classes['periods']} role="group" aria-label={t('reports.show')}>
      {SHOWN.map((one) => (
        <Button
          key={one}
          size="row"
          tone={one === shown ? 'chosen' : 'plain'}
          pressed={one === shown}
          onPress={() => shownOnCharts.set(one)}
          testId={`show-${one}`}
        >
          {t(`reports.showing.${one}`)}
        </Button>
      ))}
    </div>
  );
}

interface SoldBlockProps {
  by: 'day' | 'hour' | 'tap' | 'beverage';
  rows: Sold[];
  lying: boolean | undefined;
  report: ReportWire;
  span: string;
}

function SoldBlock({ by, rows, lying, report, span }: SoldBlockProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const column = useColumns();
  const shown = useStore(shownOnCharts);
  const { pours, ml, sales_minor } = report.totals;
  const write = shown === 'ml' ? (value: number) => format.litres(value, 3) : format.money;
  const writeAxis =
    shown === 'ml'
      ? (value: number) => format.litres(value)
      : (value: number) => format.moneyShort(Math.round(value));
  return (
    <Block
      title={t(`reports.by.${by}`)}
      name={`sales-by-${by}`}
      span={span}
      columns={[
        column.text<Sold>(t(`reports.column.${by}`), (row) => row.name, true),
        column.count<Sold>(t('reports.column.pours'), (row) => row.pours),
        column.litres<Sold>(t('reports.column.litres'), (row) => row.ml),
        column.money<Sold>(t('reports.column.money'), (row) => row.sales_minor),
      ]}
      rows={rows}
      total={rows.length > 1 ? { name: t('reports.total'), pours, ml, sales_minor } : null}
      empty={t('reports.nothingSold')}
      chart={
        <Chart
          caption={t(`reports.showing.${shown}`)}
          bars={rows.map((row) => ({ name: row.name, value: row[shown] }))}
          lying={lying}
          format={write}
          formatAxis={writeAxis}
        />
      }
    />
  );
}
