import { describe, expect, it } from 'vitest';
import { createWedgeFilter } from './wedge.ts';

function play(text: string, gap: number): { cards: string[]; typed: string[]; swallowed: boolean } {
  const cards: string[] = [];
  const typed: string[] = [];
  const filter = createWedgeFilter({ card: (uid) => cards.push(uid), typed: (keys) => typed.push(...keys) });
  let at = 1000;
  for (const key of text) filter.key(key, (at += gap));
  const swallowed = filter.enter(at + gap);
  filter.flush();
  return { cards, typed, swallowed };
}

describe('keyboard-wedge readers', () => {
  it('eight keys less than 30 ms apart and Enter are a card, and no key reaches a field', () => {
    expect(play('04A1B2C3', 29)).toEqual({ cards: ['04A1B2C3'], typed: [], swallowed: true });
  });

  it('seven keys are typing, and so is the Enter', () => {
    expect(play('04A1B2C', 5)).toEqual({ cards: [], typed: [...'04A1B2C'], swallowed: false });
  });

  it('keys 30 ms apart are a person’s, all of them, in order', () => {
    expect(play('04A1B2C3D4', 30)).toEqual({ cards: [], typed: [...'04A1B2C3D4'], swallowed: false });
  });

  it('an Enter that comes late does not make a card of quick typing', () => {
    const cards: string[] = [];
    const filter = createWedgeFilter({ card: (uid) => cards.push(uid), typed: () => undefined });
    [...'12345678'].forEach((key, index) => filter.key(key, index * 10));
    expect(filter.enter(70 + 31)).toBe(false);
    expect(cards).toEqual([]);
  });

  it('a pause in the middle frees the first half as typing', () => {
    const typed: string[] = [];
    const cards: string[] = [];
    const filter = createWedgeFilter({
      card: (uid) => cards.push(uid),
      typed: (keys) => typed.push(...keys),
    });
    filter.key('x', 0);
    [...'E43AC9D2'].forEach((key, index) => filter.key(key, 500 + index * 4));
    expect(filter.enter(532)).toBe(true);
    expect(typed).toEqual(['x']);
    expect(cards).toEqual(['E43AC9D2']);
  });
});
