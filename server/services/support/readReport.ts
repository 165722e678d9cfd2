import { clientTxId, pourFacts, pourReport } from '#domain/protocol/node';
import type { PourReport } from '#domain/protocol/node';
import { requestHash } from './requestHash.ts';

/** A report as it came: its facts if the schema accepts them, and what identifies it either way. */
export type ReadReport = {
  report: PourReport | null;
  client_tx_id: string | null;
  /** over the facts alone, or over all that came when there are none: docs/adr/0003-request-hash.md */
  request_hash: string;
  /** as it came, for a person to look at */
  body: string;
};

/** What a person looks at; nobody reads more, and the table must not be filled by one broken node. */
const MAX_BODY = 65_536;
/** How and when a report was sent is not what it says. */
const ENVELOPE = new Set(['age_ms', 'offline', 'attempt', 'journal_id']);

export function readReport(raw: unknown): ReadReport {
  const parsed = pourReport.safeParse(raw);
  const report = parsed.success ? parsed.data : null;
  const body = toJson(raw);
  return {
    report,
    client_tx_id: report?.client_tx_id ?? claimedId(raw),
    request_hash: report ? factsHash(report) : requestHash({ invalid: withoutEnvelope(raw, body) }),
    body: body.length <= MAX_BODY ? body : `${body.slice(0, MAX_BODY)}…`,
  };
}

/** `pourFacts` is the list of what counts: a key that is added there is in the hash. */
export function factsHash(report: PourReport): string {
  return requestHash(pourFacts.parse(report));
}

function claimedId(raw: unknown): string | null {
  if (typeof raw !== 'object' || raw === null || !('client_tx_id' in raw)) return null;
  const id = clientTxId.safeParse(raw.client_tx_id);
  return id.success ? id.data : null;
}

function withoutEnvelope(raw: unknown, body: string): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return body;
  return Object.fromEntries(
    Object.entries(raw)
      .filter(([key]) => !ENVELOPE.has(key))
      .map(([key, value]) => [key, toJson(value)]),
  );
}

/** Total: whatever a router passes on becomes text. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch {
    return '[not JSON]';
  }
}
