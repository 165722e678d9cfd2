import {
  IconAlertTriangle,
  IconClock,
  IconCreditCard,
  IconDeviceMobile,
  IconPlus,
  IconReceipt,
  IconShieldCheck,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, VisitWire } from '#domain/protocol/till';
import { cardTail } from '#domain/texts/format';
import { useGuestName } from '../../app/guestName.ts';
import { openDialog } from '../../app/dialogs.ts';
import { Button } from '../../components/Button.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { useNow } from '../../lib/clock.ts';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { useServed } from '../Corrections/useServed.ts';
import classes from './Board.module.css';
import { LockStrip } from './LockStrip.tsx';
import { PoursTable } from './PoursTable.tsx';
import { VisitActions } from './VisitActions.tsx';

/** Who, money and limit, lock, pours, actions: always in this order. */
export function VisitCard({ visit, board }: { visit: VisitWire; board: BoardWire }) {
  return (
    <main className={classes['main']} data-testid="visit-card">
      <Who visit={visit} age_limit={board.bar.age_limit} />
      <div className={classes['stats']}>
        <Money visit={visit} />
        <Limit visit={visit} />
      </div>
      <LockStrip visit={visit} board={board} />
      <PoursTable visit={visit} board={board} />
      <VisitActions visit={visit} board={board} />
    </main>
  );
}

function Who({ visit, age_limit }: { visit: VisitWire; age_limit: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guestName = useGuestName();
  const now = useNow();
  const end = visit.closed_at === null ? now : Date.parse(visit.closed_at);
  const stay = format.stay(end - Date.parse(visit.opened_at));
  return (
    <div className={classes['head']}>
      <h1 className="cut" data-cut="guest">
        {guestName(visit)}
      </h1>
      <div className={classes['age']}>
        <AgeBadge visit={visit} age_limit={age_limit} />
      </div>
      <Button
        square
        size="row"
        label={t('receipt.action')}
        icon={<IconReceipt size={20} />}
        onPress={() => openDialog({ kind: 'receipt', visit_id: visit.visit_id })}
        testId="receipt"
      />
      <div className={cx(classes['facts'], 'num')}>
        <span>{t('visit.number', { number: visit.visit_id })}</span>
        {visit.card_uid !== null && (
          <span data-testid="visit-card-tail">
            <IconCreditCard size={16} />
            {cardTail(visit.card_uid)}
          </span>
        )}
        <span>
          <IconClock size={16} />
          {t('visit.since', { time: format.time(visit.opened_at) })} · {stay}
        </span>
        {visit.guest_phone !== null && (
          <span className={classes['phone']}>
            <IconDeviceMobile size={16} />
            {format.phone(visit.guest_phone)}
          </span>
        )}
      </div>
    </div>
  );
}

function AgeBadge({ visit, age_limit }: { visit: VisitWire; age_limit: number }) {
  const { t } = useTranslation();
  if (visit.state === 'closed')
    return (
      <StateBadge tone="outline" icon={<IconClock size={16} />}>
        {t('visit.closed')}
      </StateBadge>
    );
  if (age_limit === 0) return null;
  // Nobody's age can be checked for a visit on the house.
  if (visit.house_purpose !== undefined) return null;
  if (visit.age_confirmed)
    return (
      <StateBadge tone="outline" icon={<IconShieldCheck size={16} />}>
        {t('visit.ageChecked', { age: age_limit })}
      </StateBadge>
    );
  return (
    <StateBadge tone="attention" icon={<IconAlertTriangle size={16} />}>
      {t('visit.ageUnchecked')}
    </StateBadge>
  );
}

function Money({ visit }: { visit: VisitWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  const amounts = {
    in: format.money(visit.topped_up_minor),
    back: format.money(visit.refunded_minor),
    out: format.money(visit.poured_minor),
  };
  const refunded = visit.refunded_minor > 0;
  return (
    <div>
      <span className={classes['label']}>{t('visit.balance')}</span>
      <div className={cx(classes['money'], 'num')} data-testid="balance">
        {format.money(visit.balance_minor)}
      </div>
      <div className={cx(classes['note'], 'num', refunded && classes['sums'])} data-testid="sums">
        {visit.receivable_minor > 0 ? (
          <span className={classes['fixes']}>
            <span className={classes['debt']}>
              {t('debt.title', { sum: format.money(visit.receivable_minor) })}
            </span>
            <Button
              size="row"
              onPress={() => openDialog({ kind: 'debt', visit_id: visit.visit_id })}
              testId="settle-debt"
            >
              {t('debt.settle')}
            </Button>
          </span>
        ) : (
          <>
            <span className={classes['wide']}>{t('visit.toppedUp', amounts)} </span>
            {refunded && <span>{t('visit.refunded', amounts)} </span>}
            <span>{t('visit.poured', amounts)}</span>
          </>
        )}
      </div>
    </div>
  );
}

function Limit({ visit }: { visit: VisitWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  const served = useServed(visit);
  if (served.limit === 0) return <span />;
  const spent = served.level === 'reached';
  return (
    <div className={classes['limit']}>
      {served.level !== 'ok' && visit.state === 'active' && (
        <Button
          square
          className={classes['raise']}
          size="row"
          label={t('served.raise')}
          icon={<IconPlus size={20} />}
          onPress={() => openDialog({ kind: 'raiseLimit', visit_id: visit.visit_id })}
          testId="raise-limit"
        />
      )}
      <span className={classes['label']}>
        {t(served.unit === 'ml' ? 'visit.limit' : 'served.limitGrams')}
      </span>
      <div className={cx(classes['mid'], 'num')}>
        {format.count(served.used)} <small>{t('visit.limitOf', { limit: served.say(served.limit) })}</small>
      </div>
      <div className={classes['bar']}>
        <i style={{ width: `${served.share}%` }} />
      </div>
      <div className={cx(classes['note'], 'num')} data-testid="limit">
        <span className={cx(served.level !== 'ok' && classes['debt'])}>
          {spent ? t('visit.limitOver') : t('visit.limitLeft', { left: served.say(served.left) })}
        </span>
      </div>
    </div>
  );
}
