import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalUid } from './uid.ts';

describe('canonicalUid', () => {
  it.each([
    ['04:a1:b2:c3:d4:e5:80', '04A1B2C3D4E580'],
    ['04-A1-B2-C3-D4-E5-80', '04A1B2C3D4E580'],
    ['04 a1 b2 c3 d4 e5 80', '04A1B2C3D4E580'],
    ['0x04A1B2C3D4E580', '04A1B2C3D4E580'],
    ['e43ac9d2', 'E43AC9D2'],
    ['3829058002', 'E43AC9D2'],
    ['04A1B2C3D4E5800102AB', '04A1B2C3D4E5800102AB'],
  ])('%s is %s', (input, uid) => {
    expect(canonicalUid(input)).toEqual({ ok: true, uid });
  });

  it('a reader that reverses the bytes is set right: 3536403172 is E4 3A C9 D2 little-endian', () => {
    expect(canonicalUid('3536403172', { order: 'reversed' })).toEqual({ ok: true, uid: 'E43AC9D2' });
  });

  it('eight digits are hex unless the reader types decimal', () => {
    expect(canonicalUid('12345678')).toEqual({ ok: true, uid: '12345678' });
    expect(canonicalUid('12345678', { decimal: true })).toEqual({ ok: true, uid: '00BC614E' });
  });

  it.each([
    ['', 'not_a_uid'],
    ['XYZ', 'not_a_uid'],
    ['04A1B2', 'not_a_uid'],
    ['9999999999', 'not_a_uid'],
    ['00000000', 'blank_uid'],
    ['FFFFFFFFFFFFFF', 'blank_uid'],
    ['08A1B2C3', 'random_uid'],
  ])('%j is refused as %s', (input, problem) => {
    expect(canonicalUid(input)).toEqual({ ok: false, problem });
  });

  it('a canonical UID is its own canonical form', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (input) => {
        const reading = canonicalUid(input);
        if (reading.ok && !/^\d{10}$/.test(reading.uid)) expect(canonicalUid(reading.uid)).toEqual(reading);
      }),
    );
  });
});
