import type { GrantState } from '#domain/grant/states';
import type { Sequelize } from 'sequelize';
import type { Unit } from '../../db/inTransaction.ts';
import { query, queryOne } from '../../db/query.ts';
import { lockGuestAccount, lockTap } from './locks.ts';
import { lockVisit } from './visitFor.ts';

/** A grant with what its services need to know; `tap_number` is of its tap. */
export type GrantRow = {
  id: string;
  client_tx_id: string;
  node_id: number;
  tap_id: number;
  tap_number: number;
  visit_id: number;
  guest_id: number;
  card_id: number;
  keg_id: number;
  beverage_id: number;
  shift_id: number;
  epoch: number;
  short_id: string;
  price_minor_per_litre: number;
  limit_ml: number;
  limit_minor: number;
  overshoot_ml: number;
  state: GrantState;
  lease_over: boolean;
  created_at: Date;
};

const GRANT = `
  SELECT g.id, g.client_tx_id, g.node_id, g.tap_id, t.number AS tap_number, g.visit_id, g.guest_id, g.card_id, g.keg_id,
    g.beverage_id, g.shift_id, g.epoch, g.short_id, g.price_minor_per_litre, g.limit_ml, g.limit_minor, g.overshoot_ml,
    g.state, g.lease_over, g.created_at
  FROM grants g JOIN taps t ON t.id = g.tap_id`;

/** Without a lock: to learn what must be locked first. */
export async function findGrant(where: Unit | Sequelize, grant_id: string): Promise<GrantRow | null> {
  const [grant] = await query<GrantRow>(where, `${GRANT} WHERE g.id = $1`, [grant_id]);
  return grant ?? null;
}

export async function findGrantOfAttempt(
  where: Unit | Sequelize,
  client_tx_id: string,
): Promise<GrantRow | null> {
  const [grant] = await query<GrantRow>(where, `${GRANT} WHERE g.client_tx_id = $1`, [client_tx_id]);
  return grant ?? null;
}

/** The grant as it is now, kept so until the unit ends. The caller holds guest account, visit and tap. */
export async function lockGrant(unit: Unit, grant_id: string): Promise<GrantRow> {
  return queryOne<GrantRow>(unit, `${GRANT} WHERE g.id = $1 FOR NO KEY UPDATE OF g`, [grant_id]);
}

/** The first locks of everything that ends a grant: guest account → visit. */
export async function lockOwner(
  unit: Unit,
  owner: { guest_id: number; visit_id: number },
): Promise<{ balance_minor: number }> {
  const [account] = await Promise.all([
    lockGuestAccount(unit, owner.guest_id),
    lockVisit(unit, owner.visit_id),
  ]);
  return account;
}

/** guest account → visit → tap → grant; the grant as it is now. */
export async function lockGrantAndOwner(
  unit: Unit,
  found: GrantRow,
): Promise<{ grant: GrantRow; balance_minor: number }> {
  const [{ balance_minor }, , grant] = await Promise.all([
    lockOwner(unit, found),
    lockTap(unit, found.tap_id),
    lockGrant(unit, found.id),
  ]);
  return { grant, balance_minor };
}

/** The grant that holds the visit's lock. */
export async function openGrantOfVisit(where: Unit | Sequelize, visit_id: number): Promise<GrantRow | null> {
  const [grant] = await query<GrantRow>(where, `${GRANT} WHERE g.visit_id = $1 AND g.state = 'open'`, [
    visit_id,
  ]);
  return grant ?? null;
}

/** What the guest's unsettled grants keep back, one of them left out. The caller holds the guest's account. */
export async function reservedMinor(
  unit: Unit,
  guest_id: number,
  except_grant_id: string | null,
): Promise<number> {
  const { reserved } = await queryOne<{ reserved: number }>(
    unit,
    `SELECT coalesce(sum(limit_minor), 0)::bigint AS reserved FROM grants
     WHERE guest_id = $1 AND state IN ('open', 'orphaned') AND id IS DISTINCT FROM $2::uuid`,
    [guest_id, except_grant_id],
  );
  return reserved;
}
