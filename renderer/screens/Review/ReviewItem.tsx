import { useQuery } from '@tanstack/react-query';
import { IconArrowRight, IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { showShortId } from '#domain/grant/shortId';
import type { ReviewDetail } from '#domain/protocol/corrections';
import { openDialog } from '../../app/dialogs.ts';
import { useGuestName } from '../../app/guestName.ts';
import { goTo } from '../../app/router.ts';
import { Button } from '../../components/Button.tsx';
import { trpc } from '../../lib/api.ts';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { pretty } from './RawReport.tsx';
import classes from './Review.module.css';

/** Charge, meter and difference; money moves only by a person's word. */
export function ReviewItem({ review_id }: { review_id: number }) {
  const { data: item } = useQuery(trpc.reviews.get.queryOptions({ review_id }));
  if (!item) return <div className={classes['item']} />;
  return (
    <div className={classes['item']} data-testid="review-detail">
      <div className={classes['body']}>
        <Head item={item} />
        {item.compare !== null && <Compare item={item} />}
        {item.corrections.length > 0 && <Corrections item={item} />}
        {item.story.length > 0 && <Story item={item} />}
        <Verbatim item={item} />
      </div>
      {item.state === 'open' ? <Decide item={item} /> : <Decided item={item} />}
    </div>
  );
}

function Head({ item }: { item: ReviewDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guestName = useGuestName();
  const { guest_id, guest_name, visit_id, tap_number, short_id } = item;
  const about = [
    guest_id === null ? null : guestName({ guest_id, guest_name }),
    visit_id === null ? null : t('visit.number', { number: visit_id }).toLowerCase(),
    tap_number === null ? null : t('lock.tap', { tap: format.number(tap_number) }),
    short_id === null ? null : t('review.code', { code: showShortId(short_id).replaceAll(' ', '\u00a0') }),
    format.time(item.created_at),
  ];
  return (
    <div className={classes['head']}>
      <div className="space">
        <h1>{t(`review.kind.${item.kind}`)}</h1>
        <p className={classes['sub']}>{about.filter(Boolean).join(' · ')}</p>
      </div>
      {visit_id !== null && (
        <Button
          icon={<IconArrowRight size={20} />}
          onPress={() => goTo({ screen: 'visits', visit_id })}
          testId="review-to-visit"
        >
          {t('precheck.toVisit')}
        </Button>
      )}
    </div>
  );
}

function Compare({ item }: { item: ReviewDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { compare } = item;
  if (compare === null) return null;
  const less = compare.first_flush_ml + compare.kick_ml;
  const differs = compare.difference_ml !== 0 || compare.difference_minor !== 0;
  const side = compare.difference_minor < 0 ? 'more' : compare.difference_minor > 0 ? 'less' : 'same';
  return (
    <div className={classes['compare']}>
      <Side
        label={t('review.charged')}
        ml={compare.charged_ml}
        minor={compare.charged_minor}
        note={t('review.chargedNote')}
      />
      <Side
        label={t('review.metered')}
        ml={compare.billable_ml}
        minor={compare.billable_minor}
        note={
          less === 0
            ? t('review.meteredNote')
            : t('review.meteredLess', { ml: format.ml(compare.metered_ml), less: format.ml(less) })
        }
      />
      <Side
        label={t('review.difference')}
        ml={compare.difference_ml}
        minor={compare.difference_minor}
        note={t(`review.side.${side}`)}
        attention={differs}
      />
    </div>
  );
}

interface SideProps {
  label: string;
  ml: number;
  minor: number;
  note: ReactNode;
  attention?: boolean;
}

function Side({ label, ml, minor, note, attention }: SideProps) {
  const format = useFormat();
  return (
    <section className={cx(classes['side'], attention && classes['attention'])}>
      <h3>{label}</h3>
      <b className="num">{format.ml(ml)}</b>
      <span className={cx(classes['sum'], 'num')}>{format.money(minor)}</span>
      <p>{note}</p>
    </section>
  );
}

/** What the trail tells of this pour, in words. */
function Story({ item }: { item: ReviewDetail }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  return (
    <>
      <h2>{t('review.story')}</h2>
      <ul className={classes['corrections']} data-testid="review-story">
        {item.story.map((line, index) => {
          const key = `journal.action.${line.action}`;
          const said = [
            i18n.exists(key) ? t(key) : line.action,
            line.ml === null ? null : format.ml(line.ml),
            line.operator_name,
          ];
          return (
            <li key={index}>
              <span className="num dim">{format.time(line.at)}</span>
              <span className="space">{said.filter(Boolean).join(' · ')}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** For an engineer, folded: where there is a story nobody else needs it. */
function Verbatim({ item }: { item: ReviewDetail }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(item.story.length === 0);
  const facts = Object.keys(item.facts).length > 0;
  if (!facts && item.report === null) return null;
  return (
    <details
      className={classes['verbatim']}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{t('review.verbatim')}</summary>
      {open && facts && (
        <>
          <h2>{t('review.facts')}</h2>
          <pre className={classes['raw']}>{JSON.stringify(item.facts, null, 2)}</pre>
        </>
      )}
      {open && item.report !== null && (
        <>
          <h2>{t('review.raw')}</h2>
          <pre className={classes['raw']} tabIndex={0}>
            {pretty(item.report.body)}
          </pre>
        </>
      )}
    </details>
  );
}

function Corrections({ item }: { item: ReviewDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <h2>{t('review.corrections')}</h2>
      <ul className={classes['corrections']}>
        {item.corrections.map((one) => (
          <li key={one.correction_id}>
            <span className="num dim">{format.time(one.created_at)}</span>
            <span className="space">
              {t(`review.correction.${one.kind}`)} · {one.reason}
            </span>
            <span className="num strong">{format.money(one.amount_minor)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Two ways out; only the second moves money, by the difference and on a lead's PIN. */
function Decide({ item }: { item: ReviewDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { compare, adjustable, review_id } = item;
  const keep = (
    <Button
      size="money"
      tone={adjustable ? 'outline' : 'primary'}
      onPress={() => openDialog({ kind: 'resolveReview', review_id, resolution: 'keep' })}
      testId="review-keep"
    >
      {compare !== null && adjustable
        ? t('review.keep', { sum: format.money(compare.charged_minor) })
        : t('review.seen')}
    </Button>
  );
  return (
    <footer className={classes['foot']}>
      {keep}
      {compare !== null && adjustable && (
        <div className={classes['right']}>
          <span className="dim">{t('review.needsPin')}</span>
          <Button
            size="money"
            tone="primary"
            icon={<IconLock size={24} />}
            onPress={() => openDialog({ kind: 'resolveReview', review_id, resolution: 'adjust' })}
            testId="review-adjust"
          >
            {adjustLabel(t, format.money, compare.difference_minor)}
          </Button>
        </div>
      )}
    </footer>
  );
}

type Translate = ReturnType<typeof useTranslation>['t'];

export function adjustLabel(t: Translate, money: (minor: number) => string, difference: number): string {
  const sum = money(Math.abs(difference));
  return difference < 0 ? t('refund.confirm', { sum }) : t('review.charge', { sum });
}

function Decided({ item }: { item: ReviewDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <footer className={classes['foot']}>
      <span>
        <b>{t(`review.resolved.${item.resolution ?? 'keep'}`)}</b>{' '}
        <span className="dim">
          {item.resolved_at === null ? '' : `${format.time(item.resolved_at)} · `}
          {item.resolution_reason}
        </span>
      </span>
    </footer>
  );
}
