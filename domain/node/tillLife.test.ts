import { expect, it } from 'vitest';
import { isOlderTill, latestLife } from './tillLife.ts';

const known = { incarnation: 'a', generation: 5, commit_mark: 100 };

it.each([
  ['the first till of a node', null, { ...known, commit_mark: 1 }, false],
  ['the same till, later', known, { ...known, commit_mark: 101 }, false],
  ['the same till, of the same moment', known, known, false],
  ['a copy that knows less than the node has heard', known, { ...known, commit_mark: 99 }, true],
  ['a till that was restored since', known, { incarnation: 'b', generation: 6, commit_mark: 1 }, false],
  ['the till from before the restore', known, { incarnation: 'z', generation: 4, commit_mark: 900 }, true],
  ['another till of the same generation', known, { ...known, incarnation: 'b', commit_mark: 900 }, true],
])('H27: %s', (_, before, said, older) => {
  expect(isOlderTill(before, said, before?.commit_mark ?? 0)).toBe(older);
});

it('H27: answers that overtake each other are of one till, and the highest mark stays', () => {
  expect(isOlderTill(known, { ...known, commit_mark: 98 }, 97)).toBe(false);
  expect(latestLife(known, { ...known, commit_mark: 98 })).toEqual(known);
  const restored = { incarnation: 'b', generation: 6, commit_mark: 1 };
  expect(latestLife(known, restored)).toEqual(restored);
});
