import { describe, expect, it } from 'vitest';
import { measuredOf } from './measured.ts';

describe('a measured pour', () => {
  it.each([
    ['450', '1000', { pulses: 450, ml: 1000 }],
    ['', '1000', null],
    ['0', '1000', null],
    ['450', '', null],
    ['450', '99', null],
    ['450', '20001', null],
  ])('%s pulses and %s ml', (pulses, ml, is) => {
    expect(measuredOf({ pulses, ml })).toEqual(is);
  });
});
