import type { AuthoriseInput } from '#domain/protocol/node';
import { requestHash } from './requestHash.ts';

/** What makes an attempt this one: everything but how often it was sent. docs/adr/0003-request-hash.md */
export function authoriseHash(input: AuthoriseInput): string {
  const { client_tx_id, tap_id, card_uid, boot_id } = input;
  return requestHash({ client_tx_id, tap_id, card_uid, boot_id });
}
