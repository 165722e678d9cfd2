import { DomainError } from '#domain/errors';
import type { StaffRow } from '#domain/protocol/staff';
import { mayManage } from '#domain/staff/mayManage';
import type { Role } from '#domain/staff/roles';
import { sqlState } from '../../db/inTransaction.ts';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { staffRowOf } from '../../queries/staff.ts';
import { appendAudit } from './appendAudit.ts';
import { by } from './command.ts';
import type { Actor, Deps } from './deps.ts';

export type LockedOperator = { operator_id: number; role: Role };

/** @throws DomainError operator.not_allowed */
export function requireManage(actor: Actor, managed: Role): void {
  if (!mayManage(actor.role, managed)) throw new DomainError('operator.not_allowed', { needs: 'engineer' });
}

/**
 * An active member of staff whom this actor may look after. Locks the engineers first, in order of id, so that two who take
 * each other's role away do not both succeed. @throws DomainError staff.not_found, operator.not_allowed
 */
export async function lockManaged(unit: Unit, actor: Actor, operator_id: number): Promise<LockedOperator> {
  await query(
    unit,
    `SELECT id FROM operators WHERE (active AND role = 'engineer') OR id = $1 ORDER BY id FOR NO KEY UPDATE`,
    [operator_id],
  );
  const [operator] = await query<LockedOperator>(
    unit,
    'SELECT id AS operator_id, role FROM operators WHERE id = $1 AND active',
    [operator_id],
  );
  if (!operator) throw new DomainError('staff.not_found', { operator_id });
  requireManage(actor, operator.role);
  return operator;
}

/** A bar always has somebody who may do everything. @throws DomainError staff.last_engineer */
export async function keepAnEngineer(unit: Unit, leaving: LockedOperator): Promise<void> {
  if (leaving.role !== 'engineer') return;
  const others = await query(
    unit,
    `SELECT id FROM operators WHERE active AND role = 'engineer' AND id <> $1 LIMIT 1`,
    [leaving.operator_id],
  );
  if (others.length === 0) throw new DomainError('staff.last_engineer');
}

/** Every till asks for the PIN again. */
export async function endSessionsOf(unit: Unit, operator_id: number): Promise<void> {
  await query(unit, 'UPDATE sessions SET ended_at = now() WHERE operator_id = $1 AND ended_at IS NULL', [
    operator_id,
  ]);
}

/** Two of one name are refused by the index. @throws DomainError staff.name_taken */
export async function namedOnce<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (sqlState(error) === '23505') throw new DomainError('staff.name_taken');
    throw error;
  }
}

/** The trail names people of the staff by id only, like everybody. */
export async function auditStaff(
  unit: Unit,
  actor: Actor,
  entry: { action: string; operator_id: number; reason?: string; details?: Record<string, unknown> },
): Promise<void> {
  const { action, operator_id: of_operator_id, reason, details } = entry;
  await appendAudit(unit, { action, ...by(actor), reason, details: { of_operator_id, ...details } });
}

/** After a command that answered by id: names are kept in `operators` alone, not in stored answers. */
export async function staffAnswer(deps: Pick<Deps, 'sequelize'>, operator_id: number): Promise<StaffRow> {
  const row = await staffRowOf(deps.sequelize, operator_id);
  if (!row) throw new DomainError('staff.not_found', { operator_id });
  return row;
}
