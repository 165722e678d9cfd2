import { expect, it } from 'vitest';
import { offersOf } from './offers.ts';
import type { OfferFacts } from './offers.ts';

const free: OfferFacts = {
  may_speak: true,
  emergency_stop: false,
  status: 'selling',
  pour_may_run: false,
  has_visit: false,
};

it.each<[string, Partial<OfferFacts>, string[]]>([
  ['a card without a visit', {}, ['clean']],
  ['a card on a visit of the house', { has_visit: true }, ['pour', 'clean']],
  ['a tap that is being cleaned', { status: 'cleaning' }, ['rinse', 'end_cleaning']],
  ['… with a visit too', { status: 'cleaning', has_visit: true }, ['rinse', 'end_cleaning']],
  ['a pour may still run', { pour_may_run: true, has_visit: true }, []],
  ['a pour is waited for', { status: 'processing_sync' }, []],
  ['a tap that is switched off', { status: 'disabled' }, []],
  ['the emergency stop', { emergency_stop: true, status: 'cleaning' }, []],
  ["another node's tap", { may_speak: false }, []],
])('%s', (_name, change, offers) => {
  expect(offersOf({ ...free, ...change })).toEqual(offers);
});
