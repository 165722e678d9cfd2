import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCheck, IconClipboardCheck, IconFileUnknown, IconHistory } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RawReportWire, ReviewRow } from '#domain/protocol/corrections';
import { hashOf } from '../../app/router.ts';
import type { ReviewPlace } from '../../app/router.ts';
import { useGuestName } from '../../app/guestName.ts';
import { Empty } from '../../components/Bits.tsx';
import { trpc } from '../../lib/api.ts';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { RawReport } from './RawReport.tsx';
import classes from './Review.module.css';
import { ReviewItem } from './ReviewItem.tsx';

const VIEWS = [
  { view: 'open', Icon: IconClipboardCheck },
  { view: 'resolved', Icon: IconHistory },
  { view: 'raw', Icon: IconFileUnknown },
] as const;

/** What a person must look at: on the left the list, beside it charge and meter side by side. */
export function Review({ place }: { place: ReviewPlace }) {
  const { t } = useTranslation();
  return (
    <main className={classes['review']} data-testid="review">
      <section className={classes['list']} aria-label={t('review.title')}>
        {place.view === 'raw' ? <RawList place={place} /> : <ItemList place={place} view={place.view} />}
        <nav className={classes['views']} aria-label={t('review.views')}>
          {VIEWS.map(({ view, Icon }) => (
            <a
              key={view}
              href={hashOf({ screen: 'review', view, chosen: null })}
              className={cx(view === place.view && classes['chosen'])}
              aria-current={view === place.view ? 'page' : undefined}
              data-testid={`review-${view}`}
            >
              <Icon size={20} />
              <span>{t(`review.view.${view}`)}</span>
            </a>
          ))}
        </nav>
      </section>
      <Beside place={place} />
    </main>
  );
}

function Beside({ place }: { place: ReviewPlace }) {
  const first = useFirst(place);
  const chosen = place.chosen ?? first;
  if (chosen === null) return <NothingChosen view={place.view} />;
  if (place.view === 'raw') return <RawReport report_id={chosen} />;
  return <ReviewItem key={chosen} review_id={chosen} />;
}

function NothingChosen({ view }: { view: ReviewPlace['view'] }) {
  const { t } = useTranslation();
  return (
    <div className={classes['item']}>
      <Empty icon={<IconCheck size={40} />}>{t(`review.none.${view}`)}</Empty>
    </div>
  );
}

/** Without a choice the first of the list stands beside it. */
function useFirst(place: ReviewPlace): number | null {
  const raw = place.view === 'raw';
  const state = place.view === 'resolved' ? 'resolved' : 'open';
  const { data: items } = useQuery(trpc.reviews.list.queryOptions({ state }, { enabled: !raw }));
  const { data: reports } = useQuery(trpc.reviews.quarantine.queryOptions(undefined, { enabled: raw }));
  return (raw ? reports?.[0]?.report_id : items?.[0]?.review_id) ?? null;
}

function ItemList({ place, view }: { place: ReviewPlace; view: 'open' | 'resolved' }) {
  const { data: items = [] } = useQuery(trpc.reviews.list.queryOptions({ state: view }));
  const chosen = place.chosen ?? items[0]?.review_id;
  return (
    <List view={view} total={items.length}>
      {items.map((item) => (
        <ItemLine key={item.review_id} item={item} view={view} on={item.review_id === chosen} />
      ))}
    </List>
  );
}

function ItemLine({ item, view, on }: { item: ReviewRow; view: 'open' | 'resolved'; on: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guestName = useGuestName();
  const { guest_id, guest_name, tap_number } = item;
  const apart = apartOf(item.facts);
  const where = [
    guest_id === null ? null : guestName({ guest_id, guest_name }),
    tap_number === null ? null : t('lock.tap', { tap: format.number(tap_number) }),
    apart === null ? null : format.ml(apart),
    item.resolution === null ? null : t(`review.resolved.${item.resolution}`),
  ];
  return (
    <Line
      href={hashOf({ screen: 'review', view, chosen: item.review_id })}
      on={on}
      title={t(`review.kind.${item.kind}`)}
      time={format.time(item.created_at)}
      testId={`review-item-${item.review_id}`}
    >
      {where.filter(Boolean).join(' · ')}
    </Line>
  );
}

/** How many ml the meter says more than was entered. */
function apartOf({ metered_ml, manual_ml }: ReviewRow['facts']): number | null {
  return typeof metered_ml === 'number' && typeof manual_ml === 'number' ? metered_ml - manual_ml : null;
}

function RawList({ place }: { place: ReviewPlace }) {
  const { data: reports = [] } = useQuery(trpc.reviews.quarantine.queryOptions());
  const chosen = place.chosen ?? reports[0]?.report_id;
  return (
    <List view="raw" total={reports.length}>
      {reports.map((report) => (
        <RawLine key={report.report_id} report={report} on={report.report_id === chosen} />
      ))}
    </List>
  );
}

function RawLine({ report, on }: { report: RawReportWire; on: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Line
      href={hashOf({ screen: 'review', view: 'raw', chosen: report.report_id })}
      on={on}
      title={t(`review.kind.${report.quarantine_reason ?? 'not_a_report'}`)}
      time={format.time(report.received_at)}
    >
      {report.metered_ml === null ? t('review.noVolume') : format.ml(report.metered_ml)}
    </Line>
  );
}

function List({ view, total, children }: { view: ReviewPlace['view']; total: number; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <div className={classes['zone']}>
        {t(`review.view.${view}`)}
        <span className="space" />
        <span className="num">{total}</span>
      </div>
      <div className={classes['scroll']}>{children}</div>
    </>
  );
}

interface LineProps {
  href: string;
  on: boolean;
  title: string;
  time: string;
  children: ReactNode;
  testId?: string;
}

function Line({ href, on, title, time, children, testId }: LineProps) {
  return (
    <UnstyledButton
      component="a"
      href={href}
      className={cx(classes['line'], on && classes['on'])}
      aria-current={on || undefined}
      data-testid={testId}
    >
      <b>{title}</b>
      <span className="num dim">{time}</span>
      <span>{children}</span>
    </UnstyledButton>
  );
}
