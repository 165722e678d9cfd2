import { expect, it } from 'vitest';
import { hoursOf } from './hours.ts';

it('hours stand as the evening goes, over midnight, with the empty ones between', () => {
  const sold = [1, 22, 23].map((hour) => ({ hour, ml: hour }));
  expect(hoursOf(sold, (hour) => ({ hour, ml: 0 })).map(({ hour, ml }) => [hour, ml])).toEqual([
    [22, 22],
    [23, 23],
    [0, 0],
    [1, 1],
  ]);
  expect(hoursOf([], (hour) => ({ hour }))).toEqual([]);
});
