import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import { trpc } from '../lib/api.ts';
import { BarProvider } from '../lib/format.tsx';
import { chosenLanguage, showIn } from '../i18n/index.ts';
import { useLive } from '../live/useLive.ts';
import { Board } from '../screens/Board/Board.tsx';
import { Frame } from '../screens/Frame/Frame.tsx';
import { Guests } from '../screens/Guests/Guests.tsx';
import { Journal } from '../screens/Journal/Journal.tsx';
import { Kegs } from '../screens/Kegs/Kegs.tsx';
import { LostCards } from '../screens/LostCards/LostCards.tsx';
import { Prices } from '../screens/Prices/Prices.tsx';
import { Reports } from '../screens/Reports/Reports.tsx';
import { Review } from '../screens/Review/Review.tsx';
import { Settings } from '../screens/Settings/Settings.tsx';
import { Shift } from '../screens/Shift/Shift.tsx';
import { ShiftReport } from '../screens/Shift/ShiftReport.tsx';
import { Staff } from '../screens/Staff/Staff.tsx';
import { TapPage } from '../screens/Taps/TapPage.tsx';
import { Taps } from '../screens/Taps/Taps.tsx';
import { useBoard } from './board.ts';
import { useIdleLock } from './idleLock.ts';
import { usePlace } from './router.ts';
import { useSounds } from './useSounds.ts';
import type { Place } from './router.ts';
import type { BoardWire } from '#domain/protocol/till';
import { Starting } from './Starting.tsx';

/** The till of somebody who is signed in. */
export function Till() {
  useLive();
  const { board, fetchedAt } = useBoard();
  const place = usePlace();
  const language = board?.bar.language;
  useEffect(() => {
    if (language !== undefined && chosenLanguage() === null) showIn(language);
  }, [language]);
  const { data: settings } = useQuery(trpc.settings.get.queryOptions());
  useIdleLock(settings?.till.idle_lock_s ?? 0);
  useSounds(board);
  const usable = board !== undefined;
  useEffect(() => {
    if (usable) window.till?.mark('usable');
  }, [usable]);
  if (!board) return <Starting />;
  return (
    <BarProvider bar={board.bar}>
      <Frame board={board} fetchedAt={fetchedAt} place={place}>
        <Screen board={board} fetchedAt={fetchedAt} place={place} />
      </Frame>
    </BarProvider>
  );
}

function Screen({ board, fetchedAt, place }: { board: BoardWire; fetchedAt: number; place: Place }) {
  switch (place.screen) {
    case 'visits':
      return <Board board={board} fetchedAt={fetchedAt} visit_id={place.visit_id} />;
    case 'kegs':
      return <Kegs />;
    case 'taps':
      return place.tap_id === null ? (
        <Taps board={board} fetchedAt={fetchedAt} />
      ) : (
        <TapPage board={board} fetchedAt={fetchedAt} tap_id={place.tap_id} />
      );
    case 'guests':
      return <Guests board={board} guest_id={place.guest_id} />;
    case 'staff':
      return <Staff />;
    case 'prices':
      return <Prices />;
    case 'events':
      return <Journal key={place.view} view={place.view} />;
    case 'settings':
      return <Settings view={place.view} />;
    case 'lost':
      return <LostCards />;
    case 'reports':
      return <Reports board={board} view={place.view} />;
    case 'review':
      return <Review place={place} />;
    case 'shiftReport':
      return <ShiftReport shift_id={place.shift_id} />;
    case 'shift':
      return <Shift board={board} step={place.step} />;
  }
}
