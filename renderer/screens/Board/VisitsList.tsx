import { UnstyledButton } from '@mantine/core';
import {
  IconCreditCardOff,
  IconHourglass,
  IconLock,
  IconLockOpen,
  IconUser,
  IconUserPlus,
} from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { VisitRow } from '#domain/protocol/till';
import { cardTail } from '#domain/texts/format';
import { useGuestName } from '../../app/guestName.ts';
import { Button } from '../../components/Button.tsx';
import { useNow } from '../../lib/clock.ts';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { lockStateOf } from '../lockState.ts';
import type { LockState } from '../lockState.ts';
import classes from './Board.module.css';
import type { BoardScreen } from './useBoardScreen.ts';

export interface VisitsListProps {
  screen: BoardScreen;
  total: number;
  chosen: number | null;
}

export function VisitsList({ screen, total, chosen }: VisitsListProps) {
  const { t } = useTranslation();
  const now = useNow();
  const minute = Math.floor(now / 60_000) * 60_000;
  return (
    <section className={classes['list']} aria-label={t('board.visits')}>
      <div className={classes['zone']}>
        {screen.searching === null ? t('board.visits') : t('search.found')}
        <span className="space" />
        <span className="num">
          {screen.searching === null ? total : screen.visits.length + screen.guests.length}
        </span>
      </div>
      <div className={classes['scroll']} data-testid="visits">
        {screen.visits.map((visit) => (
          <VisitLine
            key={visit.visit_id}
            visit={visit}
            now={visit.lock === null ? minute : now}
            on={visit.visit_id === chosen}
            choose={screen.choose}
          />
        ))}
        <Found screen={screen} />
      </div>
    </section>
  );
}

/** What the search found besides visits: known guests, or nobody. */
function Found({ screen }: { screen: BoardScreen }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guestName = useGuestName();
  return (
    <>
      {screen.guests.map((guest) => (
        <UnstyledButton
          key={guest.guest_id}
          className={classes['visit']}
          onClick={() => screen.openFor(guest)}
        >
          <span className={cx(classes['name'], 'cut')} data-cut="guest-in-list">
            {guestName({ guest_name: guest.name, guest_id: guest.guest_id })}
          </span>
          <span className={cx(classes['balance'], 'num')}>{format.money(guest.balance_minor)}</span>
          <span className={classes['state']}>
            <IconUser size={16} />
            {t('search.noVisit')}
          </span>
          <span className={cx(classes['meta'], 'num')}>
            {guest.phone_tail && format.phone(guest.phone_tail)}
          </span>
        </UnstyledButton>
      ))}
      {screen.nobody && (
        <div className={classes['newGuest']}>
          <p className="dim">{t('search.nobody', { query: screen.searching })}</p>
          <div style={{ marginTop: 12 }}>
            <Button wide left icon={<IconUserPlus size={20} />} onPress={() => screen.openFor(null)}>
              {t('search.newGuest')}
            </Button>
          </div>
        </div>
      )}
    </>
  );
}

interface VisitLineProps {
  visit: VisitRow;
  now: number;
  on: boolean;
  choose: (visit_id: number) => void;
}

/** A row is drawn anew only when something in it changes: with 500 visits the second hand must cost nothing. */
const VisitLine = memo(function VisitLine({ visit, now, on, choose }: VisitLineProps) {
  const format = useFormat();
  const guestName = useGuestName();
  const state = lockStateOf(visit);
  const stay = format.stay(now - Date.parse(visit.opened_at));
  const meta = visit.card_uid === null ? stay : `${cardTail(visit.card_uid)} · ${stay}`;
  return (
    <UnstyledButton
      className={cx(classes['visit'], on && classes['on'])}
      aria-current={on || undefined}
      data-testid={`visit-${visit.visit_id}`}
      onClick={() => choose(visit.visit_id)}
    >
      <span className={cx(classes['name'], 'cut')} data-cut="guest-in-list">
        {guestName(visit)}
      </span>
      <span className={cx(classes['balance'], 'num')}>{format.money(visit.balance_minor)}</span>
      <LockWords visit={visit} state={state} now={now} />
      <span className={cx(classes['meta'], 'num')}>{meta}</span>
    </UnstyledButton>
  );
});

function LockWords({ visit, state, now }: { visit: VisitRow; state: LockState; now: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words: Record<LockState, () => string> = {
    pouring: () => {
      const { tap_number = 0, lock_set_at = '' } = visit.lock ?? {};
      return `${t('lock.tap', { tap: format.number(tap_number) })} · ${format.running(now - Date.parse(lock_set_at))}`;
    },
    pending: () => t('lock.pending'),
    no_card: () => t('lock.noCard'),
    free: () => t('lock.free'),
  };
  const icons: Record<LockState, typeof IconLock> = {
    pouring: IconLock,
    pending: IconHourglass,
    no_card: IconCreditCardOff,
    free: IconLockOpen,
  };
  const Icon = icons[state];
  return (
    <span className={cx(classes['state'], 'num', classes[state])}>
      <Icon size={16} />
      <span className="cut">{words[state]()}</span>
    </span>
  );
}
