import { lazy, Suspense } from 'react';
import classes from './Reports.module.css';

export interface Bar {
  name: string;
  value: number;
  /** has the accent; where no bar says so, the largest has it */
  accent?: boolean;
}

export interface ChartProps {
  /** what the bars are of; the table below says the same in figures */
  caption: string;
  bars: Bar[];
  lying?: boolean;
  format: (value: number) => string;
  formatAxis?: (value: number) => string;
}

const Bars = lazy(() => import('./Bars.tsx'));

/** A picture for the eye alone: whoever does not see it has the table. */
export function Chart({ caption, bars, lying = false, format, formatAxis }: ChartProps) {
  if (bars.length === 0) return null;
  return (
    <figure className={classes['chart']} aria-hidden="true" data-testid="chart">
      <figcaption>{caption}</figcaption>
      <Suspense fallback={<div className={classes['drawing']} />}>
        <Bars bars={bars} lying={lying} label={caption} format={format} formatAxis={formatAxis ?? format} />
      </Suspense>
    </figure>
  );
}
