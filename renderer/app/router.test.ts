import { describe, expect, it } from 'vitest';
import { hashOf, placeOf } from './router.ts';
import type { Place } from './router.ts';

describe('the place in the address', () => {
  it.each([
    { screen: 'visits', visit_id: null },
    { screen: 'visits', visit_id: 1038 },
    { screen: 'kegs' },
    { screen: 'taps', tap_id: null },
    { screen: 'taps', tap_id: 3 },
    { screen: 'lost' },
    { screen: 'staff' },
    { screen: 'guests', guest_id: null },
    { screen: 'guests', guest_id: 7 },
    { screen: 'review', view: 'open', chosen: null },
    { screen: 'review', view: 'resolved', chosen: 12 },
    { screen: 'review', view: 'raw', chosen: 3 },
    { screen: 'prices' },
    { screen: 'events', view: 'actions' },
    { screen: 'events', view: 'events' },
    { screen: 'reports', view: 'sales' },
    { screen: 'reports', view: 'kegs' },
    { screen: 'settings', view: 'bar' },
    { screen: 'settings', view: 'flags' },
    { screen: 'shift', step: 'home' },
    { screen: 'shift', step: 'check' },
    { screen: 'shift', step: 'count' },
    { screen: 'shift', step: 'handOver' },
    { screen: 'shift', step: 'history' },
    { screen: 'shiftReport', shift_id: 12 },
  ] satisfies Place[])('$screen survives being written into the address', (place) => {
    expect(placeOf(hashOf(place))).toEqual(place);
  });

  it.each(['', '#', '#/', '#/nowhere', '#/visits/x', '#/visits/-1', '#/visits/1e99'])(
    '%j is the board without a visit',
    (hash) => {
      expect(placeOf(hash)).toEqual({ screen: 'visits', visit_id: null });
    },
  );
});
