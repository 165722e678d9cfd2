import { useTranslation } from 'react-i18next';
import { csvTable } from '#domain/csv';
import type { CsvCell } from '#domain/csv';
import { useFormat } from '../../lib/format.tsx';

/** A column says once what stands on the screen and in the file. */
export interface Column<Row> {
  title: string;
  /** the file's heading, with its unit; figures in it are bare */
  csvTitle: string;
  text: (row: Row) => string;
  csv: (row: Row) => CsvCell;
  right: boolean;
  /** takes the room that is left */
  wide: boolean;
  /** not on the screen, where there is less room */
  fileOnly?: boolean;
}

type Get<Row, Value> = (row: Row) => Value;

/** How a text, a count, litres, money and a moment are written, on the screen and in a file. */
export function useColumns() {
  const { t } = useTranslation();
  const format = useFormat();
  const figure = <Row, Value>(
    title: string,
    unit: string | null,
    write: { text: (value: Value) => string; csv: (value: Value) => CsvCell },
    get: Get<Row, Value | null>,
  ): Column<Row> => ({
    title,
    csvTitle: unit === null ? title : `${title}, ${unit}`,
    text: (row) => whole(get(row), write.text) ?? '',
    csv: (row) => whole(get(row), write.csv) ?? null,
    right: true,
    wide: false,
  });
  return {
    text: <Row>(title: string, get: Get<Row, string | null>, wide = false): Column<Row> => ({
      title,
      csvTitle: title,
      text: (row) => get(row) ?? '',
      csv: get,
      right: false,
      wide,
    }),
    count: <Row>(title: string, get: Get<Row, number | null>) =>
      figure(title, null, { text: format.count, csv: (value: number) => value }, get),
    litres: <Row>(title: string, get: Get<Row, number | null>) =>
      figure(
        title,
        t('reports.unit.litres'),
        {
          text: (ml: number) => format.litres(ml, 3),
          csv: (value: number) => ({ value, scale: 3 as const }),
        },
        get,
      ),
    money: <Row>(title: string, get: Get<Row, number | null>) =>
      figure(
        title,
        format.currency,
        { text: format.money, csv: (value: number) => ({ value, scale: 2 as const }) },
        get,
      ),
    moment: <Row>(title: string, get: Get<Row, string | null>): Column<Row> => ({
      ...figure<Row, string>(title, null, { text: format.moment, csv: (at) => at }, get),
      right: false,
    }),
  };
}

const whole = <Value, Written>(value: Value | null, write: (value: Value) => Written): Written | null =>
  value === null ? null : write(value);

/** The table as a file: the same columns in the same order, with bare figures. */
export function csvOf<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  language: 'ru' | 'en',
): string {
  return csvTable(
    [columns.map(({ csvTitle }) => csvTitle), ...rows.map((row) => columns.map(({ csv }) => csv(row)))],
    language,
  );
}
