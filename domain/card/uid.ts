/** Upper-case hex without separators: 8, 14 or 20 characters (4, 7 or 10 bytes). */
export type CardUid = string & { readonly __brand: 'CardUid' };

export type UidProblem = 'not_a_uid' | 'random_uid' | 'blank_uid';
export type UidReading = { ok: true; uid: CardUid } | { ok: false; problem: UidProblem };
/** How a reader orders the bytes of what it types or reports. `reversed` is undone here. */
export type ByteOrder = 'as_read' | 'reversed';

const LENGTHS = [8, 14, 20];

/**
 * The canonical UID of whatever a reader, a keyboard wedge or a person gives: hex with `:` `-` spaces or `0x`, or the decimal
 * 8/10-digit forms of wedges. An 8-digit number could be either; it is hex, as PC/SC readers give it, unless `decimal` is set.
 */
export function canonicalUid(
  input: string,
  options: { order?: ByteOrder; decimal?: boolean } = {},
): UidReading {
  const text = input.trim();
  const isDecimal = /^\d{10}$/.test(text) || (options.decimal === true && /^\d{8}$/.test(text));
  const hex = isDecimal
    ? decimalToHex(text)
    : text
        .replace(/^0x/i, '')
        .replace(/[\s:-]/g, '')
        .toUpperCase();
  if (hex === undefined || !/^[0-9A-F]*$/.test(hex) || !LENGTHS.includes(hex.length))
    return { ok: false, problem: 'not_a_uid' };
  const uid = options.order === 'reversed' ? reverseBytes(hex) : hex;
  if (/^0+$/.test(uid) || /^F+$/.test(uid)) return { ok: false, problem: 'blank_uid' };
  if (uid.length === 8 && uid.startsWith('08')) return { ok: false, problem: 'random_uid' };
  return { ok: true, uid: uid as CardUid };
}

/** Four bytes of a decimal wedge number, or undefined above 2^32 − 1. */
function decimalToHex(text: string): string | undefined {
  const value = Number(text);
  return value > 0xffffffff ? undefined : value.toString(16).toUpperCase().padStart(8, '0');
}

function reverseBytes(hex: string): string {
  return (hex.match(/../g) ?? []).reverse().join('');
}
