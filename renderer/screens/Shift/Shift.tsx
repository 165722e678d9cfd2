import type { BoardWire } from '#domain/protocol/till';
import type { ShiftStep } from '../../app/router.ts';
import { CloseCheck } from './CloseCheck.tsx';
import { CountDrawer } from './CountDrawer.tsx';
import { OpenShift } from './OpenShift.tsx';
import { ShiftHome } from './ShiftHome.tsx';
import { closedShift } from './closedShift.ts';
import { Debts } from './Debts.tsx';
import { HandOver } from './HandOver.tsx';
import { ShiftHistory } from './ShiftHistory.tsx';
import { XReport } from './XReport.tsx';
import { ShiftClosed } from './ShiftClosed.tsx';
import { useStore } from '../../lib/store.ts';

export interface ShiftProps {
  board: BoardWire;
  step: ShiftStep;
}

/** Open with float; close by a check list, a blind count and the comparison. */
export function Shift({ board, step }: ShiftProps) {
  const closed = useStore(closedShift);
  if (closed !== null) return <ShiftClosed closed={closed} />;
  if (step === 'history') return <ShiftHistory />;
  if (step === 'debts') return <Debts />;
  if (board.shift === null) return <OpenShift />;
  if (step === 'x') return <XReport />;
  if (step === 'handOver') return <HandOver />;
  if (step === 'check') return <CloseCheck board={board} />;
  if (step === 'count') return <CountDrawer board={board} />;
  return <ShiftHome board={board} shift={board.shift} />;
}
