import { useEffect, useRef } from 'react';
import type { BoardWire } from '#domain/protocol/till';
import { useCardHeard } from '../lib/cards.ts';
import { useStore } from '../lib/store.ts';
import { connection, liveTaps } from '../live/events.ts';
import { cardOffer, cardTrouble } from './cardRouting.ts';
import { noticeStore } from './notices.ts';
import { play } from './sounds.ts';

/** What is seen is heard too: a card, a refusal, money received, and what wants somebody's attention. */
export function useSounds(board: BoardWire | undefined): void {
  useCardHeard(() => play('card'));
  const notice = useStore(noticeStore);
  useEffect(() => {
    if (notice?.notice.kind === 'money') play('money');
  }, [notice]);
  const offer = useStore(cardOffer);
  const trouble = useStore(cardTrouble);
  useEffect(() => {
    if (offer?.state === 'lost' || trouble !== null) play('refusal');
  }, [offer, trouble]);
  const refused = newestRefusal(useStore(liveTaps));
  const { online } = useStore(connection);
  const reviews = board?.open_reviews ?? null;
  useOnRise(refused, () => play('refusal'));
  useOnRise(reviews, () => play('attention'));
  useOnRise(board === undefined ? null : Number(board.emergency_stop), () => play('attention'));
  useOnRise(Number(!online), () => play('attention'));
}

function newestRefusal(taps: ReadonlyMap<number, { refusal: { at: number } | null }>): number {
  return Math.max(0, ...[...taps.values()].map((tap) => tap.refusal?.at ?? 0));
}

/** When a figure grows; its first value is not news. */
function useOnRise(value: number | null, then: () => void): void {
  const before = useRef<number | null>(null);
  useEffect(() => {
    if (value === null) return;
    if (before.current !== null && value > before.current) then();
    before.current = value;
  });
}
