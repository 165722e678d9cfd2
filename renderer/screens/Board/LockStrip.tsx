import { IconHash, IconHourglass, IconLock, IconLockOpen, IconCreditCardOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, VisitWire } from '#domain/protocol/till';
import { showShortId } from '#domain/grant/shortId';
import { openDialog } from '../../app/dialogs.ts';
import { Button } from '../../components/Button.tsx';
import { useNow } from '../../lib/clock.ts';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { useLivePour } from '../../live/useLivePour.ts';
import classes from './Board.module.css';

/** One strip of one height in every state, so that setting or clearing a lock moves nothing. */
export function LockStrip({ visit, board }: { visit: VisitWire; board: BoardWire }) {
  const { t } = useTranslation();
  const waiting = visit.unsettled.find((grant) => grant.lease_over || grant.state === 'orphaned');
  if (waiting) return <Waiting visit={visit} grant={waiting} />;
  if (visit.lock !== null) return <Pouring visit={visit} board={board} />;
  const Icon = visit.card_uid === null ? IconCreditCardOff : IconLockOpen;
  return (
    <div className={classes['lock']} role="status" data-testid="lock">
      <Icon size={20} />
      <span className="cut">{visit.card_uid === null ? t('lock.noCard') : t('lock.free')}</span>
    </div>
  );
}

function Pouring({ visit, board }: { visit: VisitWire; board: BoardWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const figures = useLivePour(board, visit.lock);
  if (visit.lock === null) return null;
  const tap = format.number(visit.lock.tap_number);
  return (
    <div className={cx(classes['lock'], classes['lockLive'])} data-testid="lock">
      <IconLock size={24} />
      <span className="cut">
        <span role="status">
          <span className={classes['wide']}>{t('lock.on', { tap })}</span>
          <span className={classes['inlineTap']}>{t('lock.tap', { tap })}</span>
        </span>{' '}
        · <span className="num">{format.running(now - Date.parse(visit.lock.lock_set_at))}</span>
      </span>
      <span className="space" />
      <span className={cx(classes['lockMl'], 'num')}>{format.ml(figures.ml)}</span>
      <span className={cx(classes['lockMoney'], 'num')}>{format.money(figures.minor)}</span>
    </div>
  );
}

function Waiting({ visit, grant }: { visit: VisitWire; grant: VisitWire['unsettled'][number] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tap = format.number(grant.tap_number);
  return (
    <div className={cx(classes['lock'], classes['lockPending'])} role="status" data-testid="lock">
      <IconHourglass size={20} />
      <span className="cut num">
        {grant.lease_over ? (
          <>
            {t('lock.pending')} · <span className={classes['lockTap']}>{t('lock.tap', { tap })} · </span>
            {showShortId(grant.short_id)}
          </>
        ) : (
          t('lock.orphaned', { tap })
        )}
      </span>
      <span className="space" />
      {grant.lease_over && (
        <Button
          size="row"
          icon={<IconHash size={20} />}
          onPress={() => openDialog({ kind: 'pourByCode', visit_id: visit.visit_id, tap_id: null })}
        >
          {t('lock.enter')}
        </Button>
      )}
    </div>
  );
}
