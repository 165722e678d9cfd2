import { IconFileSpreadsheet } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { saveFile } from '../../lib/saveFile.ts';
import table from '../Kegs/Kegs.module.css';
import { csvOf } from './columns.ts';
import type { Column } from './columns.ts';
import classes from './Reports.module.css';

export interface BlockProps<Row> {
  title: string;
  note?: string;
  /** of the file, before its dates */
  name: string;
  span: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  /** the last line, under the first column's own word */
  total?: Row | null;
  empty: string;
  chart?: ReactNode;
}

/** One question of a report: its picture, its table, and the table as a file. */
export function Block<Row>(props: BlockProps<Row>) {
  const { title, note, name, span, columns, rows, total = null, chart } = props;
  const { t } = useTranslation();
  const { language } = useFormat();
  const shown = columns.filter(({ fileOnly }) => fileOnly !== true);
  const save = (): void =>
    saveFile(`${name}-${span}.csv`, csvOf(columns, rows, language), 'text/csv;charset=utf-8');
  return (
    <section className={classes['block']} data-testid={`report-${name}`}>
      <div className={classes['blockHead']}>
        <h2>{title}</h2>
        {note !== undefined && <span className="dim">{note}</span>}
        <span className="space" />
        {rows.length > 0 && (
          <Button
            size="row"
            icon={<IconFileSpreadsheet size={20} />}
            label={t('reports.csvOf', { title })}
            onPress={save}
            testId={`csv-${name}`}
          >
            {t('reports.csv')}
          </Button>
        )}
      </div>
      {rows.length === 0 ? (
        <p className="dim">{props.empty}</p>
      ) : (
        <>
          {chart}
          <table className={cx(table['table'], classes['table'])} aria-label={title}>
            <thead>
              <tr>
                {shown.map((column) => (
                  <th key={column.title} scope="col" className={cx(column.right && table['right'])}>
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <Line key={index} row={row} columns={shown} />
              ))}
              {total !== null && <Line row={total} columns={shown} strong />}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

function Line<Row>({ row, columns, strong }: { row: Row; columns: Column<Row>[]; strong?: boolean }) {
  return (
    <tr className={cx(strong && 'strong')}>
      {columns.map((column) => (
        <td
          key={column.title}
          className={cx(
            column.right && table['right'],
            column.right && 'num',
            column.wide && classes['wide'],
          )}
        >
          {column.text(row)}
        </td>
      ))}
    </tr>
  );
}
