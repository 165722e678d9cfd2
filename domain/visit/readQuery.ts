import { canonicalUid } from '../card/uid.ts';
import type { CardUid } from '../card/uid.ts';
import { isShortId } from '../grant/shortId.ts';
import { foldName } from '../guest/nameSearch.ts';

export type Reading =
  | { kind: 'short_id'; short_id: string }
  | { kind: 'card'; uid: CardUid }
  | { kind: 'phone'; tail: string }
  | { kind: 'visit_number'; visit_id: number }
  | { kind: 'name'; name: string };

/**
 * Everything that a query in the one search field may be, the likeliest first. A bare number can be several things: the
 * first that is found stands, and the last is the answer when nothing is.
 */
export function readQuery(query: string): Reading[] {
  const text = query.trim();
  const digits = text.replace(/[\s()+.-]/g, '');
  const bare = /^\d+$/.test(digits);
  const numbered = /^[#№]\s*(\d{1,15})$/.exec(text)?.[1];
  if (numbered !== undefined) return [{ kind: 'visit_number', visit_id: Number(numbered) }];
  const readings: Reading[] = [];
  if (bare && isShortId(digits)) readings.push({ kind: 'short_id', short_id: digits });
  const uid = canonicalUid(text);
  if (uid.ok) readings.push({ kind: 'card', uid: uid.uid });
  if (bare && digits.length >= 4 && digits.length <= 15) readings.push({ kind: 'phone', tail: digits });
  if (bare && digits.length <= 15) readings.push({ kind: 'visit_number', visit_id: Number(digits) });
  if (!bare && !uid.ok) readings.push({ kind: 'name', name: foldName(text) });
  return readings.length > 0 ? readings : [{ kind: 'name', name: foldName(text) }];
}
