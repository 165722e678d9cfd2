import { IconCash, IconLock, IconNfc, IconNfcOff, IconRefresh, IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire } from '#domain/protocol/till';
import { signedOut, sessionStore } from '../../app/session.ts';
import { client } from '../../lib/api.ts';
import { useNow } from '../../lib/clock.ts';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import { connection, liveReader, liveTaps } from '../../live/events.ts';
import { readerSeen } from '../../live/readerSeen.ts';
import { tapView } from '../tapState.ts';
import classes from './Frame.module.css';

export interface StatusBarProps {
  board: BoardWire;
  fetchedAt: number;
  /** while the drawer is counted, its sum is not shown */
  counting: boolean;
}

export function StatusBar({ board, fetchedAt, counting }: StatusBarProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { shift } = board;
  return (
    <footer className={classes['bar']}>
      {shift === null ? (
        <span className={classes['attention']}>{t('bar.shiftClosed')}</span>
      ) : (
        <>
          <span>
            {t('bar.shift')} <b>{format.number(shift.shift_id)}</b>
            <span className={classes['roomy']}>{t('bar.since', { time: format.time(shift.opened_at) })}</span>
          </span>
          <span>
            <IconCash size={16} />
            {t('bar.drawer')}{' '}
            <b className="num" data-testid="drawer">
              {counting ? t('bar.hidden') : format.money(shift.expected_cash_minor)}
            </b>
          </span>
        </>
      )}
      <TapsState board={board} fetchedAt={fetchedAt} />
      <ReaderState board={board} />
      <span className="space" />
      <span>
        <b className="num">{format.time(now)}</b>
      </span>
      <Operator />
    </footer>
  );
}

function TapsState({ board, fetchedAt }: { board: BoardWire; fetchedAt: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const live = useStore(liveTaps);
  const { online, since } = useStore(connection);
  const now = Date.now();
  if (!online)
    return (
      <span className={classes['attention']}>
        <IconRefresh size={16} />
        {t('bar.offline')} <b className="num">{format.span(now - since)}</b>
      </span>
    );
  const states = board.taps.map((tap) => {
    const moment = { live: live.get(tap.tap_id), now, fetchedAt, emergency_stop: false };
    return { number: tap.number, state: tapView(tap, moment).state };
  });
  const silent = states.filter(({ state }) => state === 'silent');
  const paired = states.some(({ state }) => state !== 'unpaired');
  const which = silent.map(({ number }) => format.number(number)).join(', ');
  return (
    <span className={cx(silent.length > 0 && classes['attention'])}>
      <IconRefresh size={16} />
      {t('bar.taps')}
      <b className="cut num">
        {!paired
          ? t('bar.nonePaired')
          : silent.length === 0
            ? t('bar.allThere')
            : t('bar.silent', { taps: which })}
      </b>
    </span>
  );
}

function ReaderState({ board }: { board: BoardWire }) {
  const { t } = useTranslation();
  const state = useStore(liveReader) ?? board.reader.state;
  const seen = useStore(readerSeen);
  const words = t(`reader.${state === 'no_reader' && !seen ? 'no_station' : state}`);
  return (
    <span className={cx(state !== 'ready' && seen && classes['attention'])} title={words}>
      {state === 'ready' ? <IconNfc size={16} /> : <IconNfcOff size={16} />}
      <span className={classes['roomy']}>{words}</span>
    </span>
  );
}

function Operator() {
  const { t } = useTranslation();
  const session = useStore(sessionStore);
  const change = (): void => {
    void client.session.signOut.mutate().catch(() => undefined);
    signedOut();
  };
  if (session === null) return null;
  const { name, role } = session.operator;
  return (
    <>
      <span>
        <IconUser size={16} />
        <b className="cut" data-cut="operator">
          {name}
          <span className={classes['roomy']}>, {t(`role.${role}`)}</span>
        </b>
      </span>
      <button type="button" onClick={change} data-testid="sign-out">
        <IconLock size={16} />
        {t('bar.change')}
      </button>
    </>
  );
}
