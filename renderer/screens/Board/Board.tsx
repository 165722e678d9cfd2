import type { BoardWire } from '#domain/protocol/till';
import { TapsStrip } from './TapsStrip.tsx';
import { useBoardScreen } from './useBoardScreen.ts';
import { VisitCard } from './VisitCard.tsx';
import { VisitsList } from './VisitsList.tsx';
import { NoVisit } from './NoVisit.tsx';

export interface BoardProps {
  board: BoardWire;
  fetchedAt: number;
  visit_id: number | null;
}

/** Visits on the left, the visit in the centre, the taps on the right. */
export function Board({ board, fetchedAt, visit_id }: BoardProps) {
  const screen = useBoardScreen(board, visit_id);
  return (
    <>
      <VisitsList screen={screen} total={board.visits.length} chosen={visit_id} />
      {screen.visit === null ? (
        <NoVisit board={board} loading={visit_id !== null} />
      ) : (
        <VisitCard visit={screen.visit} board={board} />
      )}
      <TapsStrip board={board} fetchedAt={fetchedAt} />
    </>
  );
}
