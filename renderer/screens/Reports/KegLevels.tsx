import { useTranslation } from 'react-i18next';
import type { BoardWire, TapRow } from '#domain/protocol/till';
import { Page } from '../../components/Page.tsx';
import { useFormat } from '../../lib/format.tsx';
import { Block } from './Block.tsx';
import { Chart } from './Chart.tsx';
import { useColumns } from './columns.ts';

/** How full each keg on a tap is and how long it lasts; of now, whatever time the other sections show. */
export function KegLevels({ board }: { board: BoardWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  const column = useColumns();
  const taps = board.taps.filter((tap) => tap.keg_remaining_ml !== null);
  const nameOf = (tap: TapRow): string => `${format.number(tap.number)} ${tap.beverage ?? ''}`;
  const left = (tap: TapRow): number => Math.max(0, tap.keg_remaining_ml ?? 0);
  return (
    <Page title={t('reports.view.kegs')} testId="reports">
      <Block
        title={t('reports.kegsTitle')}
        note={t('reports.kegsNow')}
        name="keg-levels"
        span="now"
        columns={[
          column.text<TapRow>(t('reports.column.tap'), (tap) => format.number(tap.number)),
          column.text<TapRow>(t('reports.column.beverage'), (tap) => tap.beverage, true),
          column.litres<TapRow>(t('reports.column.left'), left),
          column.litres<TapRow>(t('reports.column.size'), (tap) => tap.keg_size_ml),
          column.text<TapRow>(t('reports.column.ends'), ({ forecast_minutes: minutes }) =>
            minutes === null ? t('reports.noForecast') : format.stay(minutes * 60_000),
          ),
        ]}
        rows={taps}
        empty={t('reports.noKegs')}
        chart={
          <Chart
            lying
            caption={t('reports.column.left')}
            bars={taps.map((tap) => ({ name: nameOf(tap), value: left(tap), accent: tap.keg_low }))}
            format={(ml) => format.litres(ml, 3)}
            formatAxis={(ml) => format.litres(ml)}
          />
        }
      />
    </Page>
  );
}
