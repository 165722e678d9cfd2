export type EnrolmentCode = { readonly secret: string; readonly ca_fingerprint: string };

/**
 * `<secret>-<first 16 hex of the SHA-256 of the CA's public key>`: the node learns from the code itself which till it may
 * trust with the secret. Null: not such a code.
 */
export function parseEnrolmentCode(input: string): EnrolmentCode | null {
  const match = /^([0-9A-Za-z]{8,64})-([0-9a-fA-F]{16})$/.exec(input.trim());
  if (!match?.[1] || !match[2]) return null;
  return { secret: match[1], ca_fingerprint: match[2].toLowerCase() };
}
