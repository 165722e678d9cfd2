import { describe, expect, it } from 'vitest';
import { hashPin, pinFits, UNKNOWN } from './pin.ts';
import { newCode, newToken, sameSecret } from './secrets.ts';
import { rateLimit } from './rateLimit.ts';

describe('PINs', () => {
  it('a hash names its parameters, differs each time, and only its PIN fits', async () => {
    const [a, b] = await Promise.all([hashPin('1234'), hashPin('1234')]);
    expect(a).toMatch(/^scrypt\$N=16384,r=8,p=1\$/);
    expect(a).not.toBe(b);
    expect(await pinFits('1234', a)).toBe(true);
    expect(await pinFits('1235', a)).toBe(false);
  });

  it('a hash with other parameters still fits', async () => {
    const { scryptSync } = await import('node:crypto');
    const salt = Buffer.alloc(16, 7);
    const key = scryptSync('4321', salt, 32, { N: 1024, r: 4, p: 2 });
    expect(
      await pinFits(
        '4321',
        `scrypt$N=1024,r=4,p=2$${salt.toString('base64url')}$${key.toString('base64url')}`,
      ),
    ).toBe(true);
  });

  it.each([UNKNOWN, '', 'plain', 'no PIN opens this'])(
    'no PIN fits %j, and trying costs as much as a real one',
    async (stored) => {
      const real = await hashPin('1234');
      const time = async (hash: string): Promise<number> => {
        const began = performance.now();
        for (let i = 0; i < 3; i += 1) await pinFits('0000', hash);
        return performance.now() - began;
      };
      expect(await pinFits('1234', stored)).toBe(false);
      expect(await time(stored)).toBeGreaterThan((await time(real)) / 4);
    },
  );
});

describe('secrets', () => {
  it('tokens are 256 bits and never the same', () => {
    expect(Buffer.from(newToken(), 'base64url')).toHaveLength(32);
    expect(newToken()).not.toBe(newToken());
  });

  it('compares whole secrets; a missing one fits nothing', () => {
    expect(sameSecret('abc', 'abc')).toBe(true);
    expect(sameSecret('ab', 'abc')).toBe(false);
    expect(sameSecret(undefined, 'abc')).toBe(false);
    expect(sameSecret(undefined, '')).toBe(false);
  });

  it('codes use each letter about equally and none that is misread', () => {
    const text = Array.from({ length: 600 }, () => newCode(10)).join('');
    expect(text).toMatch(/^[23456789ABCDEFGHJKMNPQRSTVWXYZ]+$/);
    const counts = [...new Set(text)].map((letter) => text.split(letter).length - 1);
    expect(counts).toHaveLength(30);
    expect(Math.min(...counts)).toBeGreaterThan(120);
  });
});

describe('rateLimit', () => {
  const limit = () => {
    let now = 0;
    const tries = rateLimit({ perAddress: 3, global: 5, windowMs: 60_000, monotonic: () => now });
    return { ...tries, pass: (ms: number) => void (now += ms) };
  };

  it('gives each address its tries and says how long to wait', () => {
    const tries = limit();
    expect([1, 2, 3, 4].map(() => tries.take('a'))).toEqual([0, 0, 0, 60]);
    tries.pass(30_000);
    expect(tries.take('a')).toBe(30);
    tries.pass(30_000);
    expect(tries.take('a')).toBe(0);
  });

  it('many addresses together get no more than the global tries', () => {
    const tries = limit();
    const allowed = Array.from({ length: 5_000 }, (_, i) => tries.take(`10.0.${i}`)).filter(
      (wait) => wait === 0,
    );
    expect(allowed).toHaveLength(5);
  });
});
