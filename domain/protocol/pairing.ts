import { z } from 'zod';
import { approvalInput } from './approval.ts';
import { id, reason, requestId } from './till.ts';

/** How a node becomes one of the bar: it asks on the LAN port, somebody compares two codes, the till answers. */
const name = z.string().trim().min(1).max(80);
const instant = z.iso.datetime();
/** 256 random bits, or a SHA-256 */
const hex256 = z.string().regex(/^[0-9a-f]{64}$/);
const pairing_id = z.uuid();
const code = z.string().regex(/^\d{6}$/);
const count = z.number().int().min(0);

/* node → till, without a certificate */

export const pairingRequestInput = z.strictObject({
  name,
  /** PEM of a PKCS#10 request signed by the node's own key */
  csr: z.string().max(4000),
  /** the node's random number, hidden: domain/node/pairing */
  commitment: hex256,
});
export type PairingRequestInput = z.output<typeof pairingRequestInput>;
export const pairingRequestAnswer = z.object({
  pairing_id,
  till_nonce: hex256,
  bar_name: z.string(),
  expires_in_ms: count,
});
export type PairingRequestAnswer = z.infer<typeof pairingRequestAnswer>;

export const pairingRevealInput = z.strictObject({ pairing_id, nonce: hex256 });
export type PairingRevealInput = z.infer<typeof pairingRevealInput>;

export const pairingPollInput = z.strictObject({ pairing_id });
export const pairingPollAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting'), expires_in_ms: count }),
  /** refused at the till, or nobody came in time: the node asks anew, with a new number */
  z.object({ state: z.literal('over') }),
  z.object({
    state: z.literal('paired'),
    node_id: id,
    tap_ids: z.array(id),
    certificate: z.string(),
  }),
]);
export type PairingPollAnswer = z.infer<typeof pairingPollAnswer>;

/* till's screen */

export const pairingWire = z.object({
  pairing_id,
  /** what the node calls itself */
  name: z.string(),
  /** six digits, shown «427 105»; the tap's screen shows the same, or somebody stands between */
  code,
  address: z.string(),
  requested_at: instant,
  expires_at: instant,
});
export type PairingWire = z.infer<typeof pairingWire>;

export const confirmPairingInput = z.strictObject({
  request_id: requestId,
  pairing_id,
  /** as read at the tap; another one than the till's ends the request */
  code,
  /** how the bar calls the node */
  name,
  tap_ids: z.array(id).min(1).max(32),
  /** a shift lead's or an engineer's, always */
  approval: approvalInput,
});
export type ConfirmPairingInput = z.infer<typeof confirmPairingInput>;
export const confirmPairingAnswer = z.object({ node_id: id });
export type ConfirmPairingAnswer = z.infer<typeof confirmPairingAnswer>;

export const refusePairingInput = z.strictObject({ request_id: requestId, pairing_id, reason });
export type RefusePairingInput = z.infer<typeof refusePairingInput>;
