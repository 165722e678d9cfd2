import type { Sequelize } from 'sequelize';
import type { Role } from '#domain/staff/roles';
import type { Unit } from '#server/db/inTransaction';
import { query, queryOne } from '#server/db/query';
import { newToken, sha256Hex } from './secrets.ts';

/** An operator who gave a PIN at this till. */
export interface SignedIn {
  readonly operator_id: number;
  readonly name: string;
  readonly role: Role;
  readonly till_id: number;
}

/** A shift with its clearing up; afterwards a PIN is asked again. */
const HOURS = 16;
/** Once in a few seconds is enough. */
const TOUCH = `UPDATE sessions SET last_active_at = now()
  WHERE token_hash = $1 AND ended_at IS NULL AND last_active_at < now() - interval '5 seconds'`;
/** `idle_lock_s` of the settings; 0: a till that nobody touches does not lock */
const IDLE_S = `coalesce((SELECT (value->>'idle_lock_s')::int FROM settings WHERE key = 'till'), 0)`;

/** The token is told once; the database keeps its hash. */
export async function openSession(
  unit: Unit,
  operator_id: number,
): Promise<{ token: string; till_id: number }> {
  const token = newToken();
  const { till_id } = await queryOne<{ till_id: number }>(
    unit,
    `INSERT INTO sessions (token_hash, operator_id, till_id)
     SELECT $1, $2, min(id) FROM tills RETURNING till_id`,
    [sha256Hex(token), operator_id],
  );
  return { token, till_id };
}

export async function findSession(sequelize: Sequelize, token: string): Promise<SignedIn | undefined> {
  const [found] = await query<SignedIn>(
    sequelize,
    `SELECT o.id AS operator_id, o.name, o.role, s.till_id FROM sessions s JOIN operators o ON o.id = s.operator_id
     WHERE s.token_hash = $1 AND s.ended_at IS NULL AND o.active AND s.created_at > now() - make_interval(hours => $2)
       AND (${IDLE_S} = 0 OR s.last_active_at > now() - make_interval(secs => ${IDLE_S}))`,
    [sha256Hex(token), HOURS],
  );
  return found;
}

/** Somebody touched the till: the session does not lock by itself for as long as the setting says. */
export async function touchSession(unit: Unit, token: string): Promise<void> {
  await query(unit, TOUCH, [sha256Hex(token)]);
}

export async function endSession(unit: Unit, token: string): Promise<void> {
  await query(unit, 'UPDATE sessions SET ended_at = now() WHERE token_hash = $1 AND ended_at IS NULL', [
    sha256Hex(token),
  ]);
}
