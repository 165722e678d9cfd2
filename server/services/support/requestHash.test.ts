import { expect, it } from 'vitest';
import { canonicalJson, requestHash } from './requestHash.ts';

it('the same facts have the same hash, in whatever order and spacing they came', () => {
  expect(requestHash({ b: [1, { d: null, c: 'ё' }], a: true })).toBe(
    requestHash({ a: true, b: [1, { c: 'ё', d: null }] }),
  );
  expect(requestHash({ a: 1, b: undefined })).toBe(requestHash({ a: 1 }));
});

it('other facts have another hash', () => {
  const facts = [
    { a: 1 },
    { a: '1' },
    { a: null },
    {},
    { a: [1] },
    { a: { 0: 1 } },
    { b: 1 },
    [1],
    1,
    '1',
    null,
  ];
  expect(new Set(facts.map(requestHash)).size).toBe(facts.length);
});

it('what JSON cannot say exactly is refused', () => {
  for (const value of [NaN, Infinity, () => 1, 10n, { a: Symbol('a') }])
    expect(() => canonicalJson(value)).toThrow(TypeError);
});

it('keys are sorted by code unit, not by the language of the machine', () => {
  expect(canonicalJson({ ё: 1, а: 2, Z: 3, a: 4 })).toBe('{"Z":3,"a":4,"а":2,"ё":1}');
});
