import type { CardLookup } from '#domain/protocol/till';
import { cardLookup } from '../queries/cardLookup.ts';
import type { Deps } from './support/deps.ts';
import { readUid } from './support/visitCards.ts';

/** Reads only: a scan by itself changes nothing. @throws DomainError when it is no card of a bar */
export async function lookUpCard(deps: Deps, input: { uid: string }): Promise<CardLookup> {
  return cardLookup(deps.sequelize, readUid(input.uid));
}
