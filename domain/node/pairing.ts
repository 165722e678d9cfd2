/*
 * Both sides show the same six digits, made from what each of them holds: the till's authority, the node's key, and a random
 * number of each. The node commits to its number before it hears the till's, and shows it only after. Who stands between them
 * has to choose his numbers blind, so the two screens agree by chance once in a million (docs/adr/0015).
 */

/** How long a request waits for somebody at the till. */
export const PAIRING_MS = 5 * 60_000;
/** A request cannot be taken back by who made it: nobody can try more codes than these in that time. */
export const PAIRINGS_WAITING_AT_MOST = 8;
export const PAIRINGS_OF_ONE_ADDRESS = 3;

const DIGITS = 6;

/** What the node's commitment is the SHA-256 of. All parts are lower-case hex. */
export function commitmentText(part: { node_spki_sha256: string; node_nonce: string }): string {
  return ['taptill pairing commitment 1', part.node_spki_sha256, part.node_nonce].join('\n');
}

/** What the code is made from, through SHA-256. All parts are lower-case hex. */
export function codeText(part: {
  ca_spki_sha256: string;
  node_spki_sha256: string;
  node_nonce: string;
  till_nonce: string;
}): string {
  const { ca_spki_sha256, node_spki_sha256, node_nonce, till_nonce } = part;
  return ['taptill pairing code 1', ca_spki_sha256, node_spki_sha256, node_nonce, till_nonce].join('\n');
}

/** Six digits from the hash of `codeText`: 48 bits of it, so that no code is likelier than another by more than one in 10⁸. */
export function pairingCode(sha256: string): string {
  return String(parseInt(sha256.slice(0, 12), 16) % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** As both screens show it: «427 105». */
export function showPairingCode(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}
