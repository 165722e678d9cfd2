import { IconClockExclamation, IconCloudOff, IconNfcOff } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, CardLookup } from '#domain/protocol/till';
import type { Place } from '../../app/router.ts';
import { useNow } from '../../lib/clock.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import { connection, liveReader } from '../../live/events.ts';
import { readerSeen, sawReader } from '../../live/readerSeen.ts';
import { AlertRow } from './AlertRow.tsx';
import { Lost, Offer, Trouble, Waiting } from './CardAlerts.tsx';
import classes from './Frame.module.css';
import { PrinterAlert } from './PrinterAlert.tsx';
import { StopAlert } from './StopAlert.tsx';

export interface AlertsProps {
  board: BoardWire;
  offer: CardLookup | null;
  trouble: unknown;
  place: Place;
}

/** Full-width rows under the search. They take no focus and touch no typed input. */
export function Alerts({ board, offer, trouble, place }: AlertsProps) {
  return (
    <div className={classes['alerts']}>
      <StopAlert on={board.emergency_stop} />
      <Offline />
      <Reader board={board} />
      <LongShift board={board} />
      <PrinterAlert />
      {offer !== null &&
        (offer.state === 'lost' ? <Lost card={offer} /> : <Offer card={offer} place={place} />)}
      {trouble !== null && <Trouble error={trouble} />}
      <Waiting />
    </div>
  );
}

function Offline() {
  const { t } = useTranslation();
  const format = useFormat();
  const { online, since } = useStore(connection);
  useNow();
  if (online) return null;
  return (
    <AlertRow
      kind="amber"
      icon={<IconCloudOff size={40} />}
      testId="offline"
      title={
        <>
          {t('offline.title')},{' '}
          <span className="num" aria-hidden="true">
            {format.span(Date.now() - since)}
          </span>
        </>
      }
    >
      {t('offline.text')}
    </AlertRow>
  );
}

/** A reader that went away; one that never was is said in the status bar alone. */
function Reader({ board }: { board: BoardWire }) {
  const { t } = useTranslation();
  const state = useStore(liveReader) ?? board.reader.state;
  const { online } = useStore(connection);
  const seen = useStore(readerSeen);
  useEffect(() => sawReader(state), [state]);
  if (state === 'ready' || !seen || !online) return null;
  return (
    <AlertRow
      kind="amber"
      slim
      icon={<IconNfcOff size={24} />}
      title={t(`reader.${state}`)}
      testId="reader-banner"
    >
      {t(`reader.help.${state}`)}
    </AlertRow>
  );
}

/** A shift that was not closed in time: its Z would mix two days. */
function LongShift({ board }: { board: BoardWire }) {
  const { t } = useTranslation();
  const warning = board.shift?.open_warning ?? null;
  if (warning === null) return null;
  return (
    <AlertRow
      kind="amber"
      slim
      icon={<IconClockExclamation size={24} />}
      title={t(`shift.openWarning.${warning}`)}
      testId="long-shift-banner"
    >
      {t('shift.openWarning.text')}
    </AlertRow>
  );
}
