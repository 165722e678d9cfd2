import { DomainError } from '#domain/errors';
import type { Flags } from '#domain/flags';
import { decideResent } from '#domain/grant/decideResent';
import type { AuthoriseAnswer, AuthoriseInput, RefusalWire } from '#domain/protocol/node';
import type { TapStatus } from '#domain/tap/statuses';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import { appendAudit } from './appendAudit.ts';
import { authoriseHash } from './authoriseHash.ts';
import type { Deps } from './deps.ts';
import { findGrantOfAttempt } from './grantRow.ts';
import type { GrantRow } from './grantRow.ts';
import { grantWire, readShownGuest } from './grantWire.ts';
import { recordRefusal, refusalWire } from './refusals.ts';
import type { Settings } from './settings.ts';

export type StoredAttempt = {
  node_id: number;
  tap_id: number;
  request_hash: string | null;
  boot_id: string;
  outcome: 'granted' | 'refused' | 'burnt';
  refusal: RefusalWire | null;
};

export async function findAttempt(unit: Unit, client_tx_id: string): Promise<StoredAttempt | null> {
  const [attempt] = await query<StoredAttempt>(
    unit,
    'SELECT node_id, tap_id, request_hash, boot_id, outcome, refusal FROM attempts WHERE client_tx_id = $1',
    [client_tx_id],
  );
  return attempt ?? null;
}

type Asked = {
  node_id: number;
  input: AuthoriseInput;
  flags: Flags;
  settings: Settings;
  attempt: StoredAttempt;
};

/** The answer to a client_tx_id that the till has seen before. The caller holds the attempt. */
export async function answerAgain(
  unit: Unit,
  deps: Deps,
  asked: Asked,
): Promise<AuthoriseAnswer | 'conflict'> {
  const { node_id, input, settings, attempt } = asked;
  const grant = attempt.outcome === 'granted' ? await findGrantOfAttempt(unit, input.client_tx_id) : null;
  const decision = decideResent({
    // A tombstone knows no card; it was made by this node, or the body is another's.
    same_body: attempt.node_id === node_id && [null, authoriseHash(input)].includes(attempt.request_hash),
    outcome: attempt.outcome,
    grant,
    emergency_stop: settings.emergency_stop,
    ...(await readUsable(unit, grant, asked.flags)),
  });
  if (decision === 'same_grant' && grant) {
    const guest = await readShownGuest(unit, grant.guest_id);
    return { outcome: 'granted', grant: grantWire(deps, { grant, guest, settings }) };
  }
  if (decision === 'stored_refusal' && attempt.refusal)
    return { outcome: 'refused', refusal: attempt.refusal };
  if (decision === 'conflict') {
    const { tap_id } = attempt;
    const details = { client_tx_id: input.client_tx_id, asked_by_owner: attempt.node_id === node_id };
    await appendAudit(unit, {
      action: 'security.attempt_conflict',
      node_id,
      tap_id,
      grant_id: grant?.id,
      details,
    });
    return 'conflict';
  }
  return grantOver(unit, deps, asked, grant);
}

async function readUsable(
  unit: Unit,
  grant: GrantRow | null,
  flags: Flags,
): Promise<{ card_lost: boolean; shift_open: boolean }> {
  const row = await queryOne<{ lost: boolean; shift_open: boolean }>(
    unit,
    `SELECT EXISTS (SELECT 1 FROM cards WHERE id = $1 AND state = 'lost') AS lost,
       EXISTS (SELECT 1 FROM shifts WHERE state = 'open') AS shift_open`,
    [grant?.card_id ?? null],
  );
  return { card_lost: row.lost && flags.FF_LOST_CARD_ENFORCEMENT, shift_open: row.shift_open };
}

async function grantOver(
  unit: Unit,
  deps: Deps,
  asked: Asked,
  grant: GrantRow | null,
): Promise<AuthoriseAnswer> {
  const tap = await queryOne<{ tap_id: number; tap_number: number; status: TapStatus }>(
    unit,
    'SELECT t.id AS tap_id, t.number AS tap_number, t.status FROM attempts a JOIN taps t ON t.id = a.tap_id WHERE a.client_tx_id = $1',
    [asked.input.client_tx_id],
  );
  const refusal = {
    code: 'grant_over' as const,
    input: asked.input,
    node_id: asked.node_id,
    tap,
    card_id: grant?.card_id ?? null,
    visit_id: grant?.visit_id ?? null,
    guest_id: grant?.guest_id ?? null,
    tap_number: null,
    free_minor: null,
    currency: asked.settings.bar.currency,
  };
  await recordRefusal(unit, deps, refusal);
  return { outcome: 'refused', refusal: refusalWire(refusal) };
}

/** After the commit, so that the trail keeps it. */
export function throwConflict(input: AuthoriseInput): never {
  throw new DomainError('request.conflict', { client_tx_id: input.client_tx_id });
}
