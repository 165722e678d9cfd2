import type { CardLookup } from '#domain/protocol/till';
import { client } from '../lib/api.ts';
import { createStore } from '../lib/store.ts';
import { dialogStore } from './dialogs.ts';
import { goTo } from './router.ts';

/** A card that no dialog asked for and that has no visit: what it is, and what may be done with it. */
export const cardOffer = createStore<CardLookup | null>(null);
/** A card that came while a dialog is open: that dialog is finished first. */
export const waitingCard = createStore<CardLookup | null>(null);
/** What was laid down is no card of any kind that can be used, or the till did not answer. */
export const cardTrouble = createStore<unknown>(null);

/** A card on the reader, from any screen. What has been typed stays as it is. */
export async function routeCard(uid: string): Promise<void> {
  try {
    const found = await client.cards.lookUp.query({ uid });
    cardTrouble.set(null);
    if (found.state === 'lost') cardOffer.set(found);
    else if (dialogStore.get() !== null) waitingCard.set(found);
    else showCard(found);
  } catch (error) {
    cardTrouble.set(error);
  }
}

export function showCard(found: CardLookup): void {
  waitingCard.set(null);
  if (found.visit_id !== null) {
    cardOffer.set(null);
    goTo({ screen: 'visits', visit_id: found.visit_id });
  } else {
    cardOffer.set(found);
  }
}
