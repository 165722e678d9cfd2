import { expect, it } from 'vitest';
import { decideClose } from './decideClose.ts';

const calm = { active_visits: 0, unsettled_grants: 0, expected_minor: 5000, counted_minor: 4800 };

it('an active visit or an unsettled grant keeps the shift open', () => {
  expect(decideClose({ ...calm, active_visits: 1 })).toEqual({ outcome: 'blocked' });
  expect(decideClose({ ...calm, unsettled_grants: 1 })).toEqual({ outcome: 'blocked' });
});

it('what the count finds too little is a negative difference', () => {
  expect(decideClose(calm)).toEqual({ outcome: 'closed', difference_minor: -200 });
});
