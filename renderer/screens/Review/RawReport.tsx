import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Pairs } from '../../components/Bits.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import classes from './Review.module.css';

/** A report that could not be used, word for word as the tap sent it. */
export function RawReport({ report_id }: { report_id: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: reports } = useQuery(trpc.reviews.quarantine.queryOptions());
  const { data: nodes = [] } = useQuery(trpc.nodes.list.queryOptions());
  const report = reports?.find((one) => one.report_id === report_id);
  if (!report) return <div className={classes['item']} />;
  const node = nodes.find((one) => one.node_id === report.node_id);
  return (
    <div className={classes['item']} data-testid="raw-report">
      <div className={classes['body']}>
        <h1>{t(`review.kind.${report.quarantine_reason ?? 'not_a_report'}`)}</h1>
        <p className={classes['sub']}>{t('review.rawText')}</p>
        <Pairs
          pairs={[
            [t('taps.node'), node?.name ?? String(report.node_id)],
            [t('pour.time'), format.time(report.received_at)],
            [
              t('pour.volume'),
              report.metered_ml === null ? t('review.noVolume') : format.ml(report.metered_ml),
            ],
          ]}
        />
        <h2>{t('review.raw')}</h2>
        <pre className={classes['raw']} tabIndex={0}>
          {pretty(report.body)}
        </pre>
      </div>
    </div>
  );
}

/** On several lines where it is JSON; anything else stays as it came. */
export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
