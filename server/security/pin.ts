import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** About 40 ms on a till's processor and 16 MB; a stored hash names its own parameters, so that they may grow. */
const COST = { N: 16_384, r: 8, p: 1 };
const KEY_BYTES = 32;

/** `scrypt$N=…,r=…,p=…$salt$key` */
export async function hashPin(pin: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(pin, salt, COST);
  return `scrypt$N=${COST.N},r=${COST.r},p=${COST.p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

const FORM = /^scrypt\$N=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/;

/** Costs the same for a right PIN, a wrong one, and (with UNKNOWN, or what is no hash) an operator that does not exist. */
export async function pinFits(pin: string, stored: string): Promise<boolean> {
  const known = FORM.test(stored) && stored !== UNKNOWN;
  const [, N, r, p, salt, key] = FORM.exec(known ? stored : UNKNOWN) ?? [];
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(pin, Buffer.from(salt ?? '', 'base64url'), cost);
  const wanted = Buffer.from(key ?? '', 'base64url');
  return derived.length === wanted.length && timingSafeEqual(derived, wanted) && known;
}

/** A hash that no PIN fits, at the same cost as a real one. */
export const UNKNOWN = `scrypt$N=${COST.N},r=${COST.r},p=${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

function derive(pin: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, KEY_BYTES, { ...cost, maxmem: 256 * 1024 * 1024 }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
