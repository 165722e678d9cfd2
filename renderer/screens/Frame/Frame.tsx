import type { ReactNode } from 'react';
import type { BoardWire } from '#domain/protocol/till';
import type { Place, ShiftStep } from '../../app/router.ts';
import { Alerts } from './Alerts.tsx';
import { Dialogs } from './Dialogs.tsx';
import classes from './Frame.module.css';
import { NoticeBox } from './NoticeBox.tsx';
import { Rail } from './Rail.tsx';
import { StatusBar } from './StatusBar.tsx';
import { TopBar } from './TopBar.tsx';
import { useFrame } from './useFrame.ts';

export interface FrameProps {
  board: BoardWire;
  fetchedAt: number;
  place: Place;
  children: ReactNode;
}

/** Where the drawer is counted, or about to be. */
const BLIND: ShiftStep[] = ['check', 'count', 'handOver'];

/** What stands around every screen: sections, search, alerts, state of the bar, dialogs. */
export function Frame({ board, fetchedAt, place, children }: FrameProps) {
  const frame = useFrame(place);
  return (
    <div className={classes[place.screen === 'visits' ? 'app' : 'full']}>
      <Rail place={place} open_reviews={board.open_reviews} />
      <TopBar />
      <Alerts board={board} offer={frame.offer} trouble={frame.trouble} place={place} />
      {children}
      <StatusBar
        board={board}
        fetchedAt={fetchedAt}
        counting={place.screen === 'shift' && BLIND.includes(place.step)}
      />
      <NoticeBox />
      <Dialogs board={board} />
    </div>
  );
}
