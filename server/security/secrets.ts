import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits; a session, a till window or a card reader shows it. Only its hash is ever stored. */
export const newToken = (): string => randomBytes(32).toString('base64url');

export const sha256Hex = (value: string | Uint8Array): string =>
  createHash('sha256').update(value).digest('hex');

/** Equal in the same time whatever the difference: both sides are hashed first, so not even a length shows. */
export function sameSecret(given: string | undefined, wanted: string): boolean {
  const hash = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(hash(given ?? ''), hash(wanted)) && given !== undefined;
}

/** No 0/O, 1/I/L, U: what a person reads from one screen and types into another. */
const LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `length` letters of about 4.9 bits each, every one equally likely. */
export function newCode(length: number): string {
  const limit = 256 - (256 % LETTERS.length);
  let code = '';
  while (code.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < limit && code.length < length) code += LETTERS[byte % LETTERS.length] ?? '';
    }
  }
  return code;
}
