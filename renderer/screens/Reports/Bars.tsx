import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import type { Bar } from './Chart.tsx';

export interface BarsProps {
  bars: Bar[];
  /** rows: names are long, so they stand at the left */
  lying: boolean;
  label: string;
  format: (value: number) => string;
  formatAxis: (value: number) => string;
}

const LONGEST_NAME = 20;
const inOneLine = (name: string): string =>
  name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1).trimEnd()}…` : name;

/** fewer names, evenly, where there are many bars */
const MOST_NAMES = 8;
const ROW_PX = 36;
const STANDING_PX = 220;
const AXIS_PX = 28;

/** A chunk of its own: the till's start does not wait for charts. */
export default function Bars({ bars, lying, label, format, formatAxis }: BarsProps) {
  const accents = bars.some(({ accent }) => accent !== undefined)
    ? bars.filter(({ accent }) => accent).map(({ value }) => value)
    : [Math.max(...bars.map(({ value }) => value))];
  const axis = { fontSize: 13, fill: 'var(--text-2)' };
  return (
    <BarChart
      h={lying ? bars.length * ROW_PX + AXIS_PX : STANDING_PX}
      data={bars}
      dataKey="name"
      series={[{ name: 'value', label, color: 'var(--text-3)' }]}
      getBarColor={(value) => (accents.includes(value) ? 'var(--amber)' : 'var(--text-3)')}
      orientation={lying ? 'vertical' : 'horizontal'}
      valueFormatter={format}
      maxBarWidth={lying ? 20 : 44}
      gridAxis={lying ? 'y' : 'x'}
      tickLine="none"
      textColor="var(--text-2)"
      gridColor="var(--line)"
      cursorFill="var(--selected)"
      tooltipAnimationDuration={0}
      barProps={{ isAnimationActive: false, radius: lying ? [0, 4, 4, 0] : [4, 4, 0, 0] }}
      barChartProps={{
        accessibilityLayer: false,
        margin: { top: 8, right: lying ? 24 : 8, bottom: 0, left: 0 },
      }}
      xAxisProps={
        lying
          ? { tickFormatter: formatAxis, tick: axis }
          : { tick: axis, interval: Math.ceil(bars.length / MOST_NAMES) - 1 }
      }
      yAxisProps={
        lying
          ? { width: 176, tick: axis, interval: 0, tickFormatter: inOneLine }
          : { width: 84, tickFormatter: formatAxis, tick: axis }
      }
    />
  );
}
