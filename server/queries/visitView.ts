import { DomainError } from '#domain/errors';
import type { VisitWire } from '#domain/protocol/till';
import { serviceLawOf } from '#domain/service/limit';
import { businessDate } from '#domain/shift/businessDate';
import { visitActions } from '#domain/visit/actions';
import type { Role } from '#domain/staff/roles';
import type { Flags } from '#domain/flags';
import { query } from '../db/query.ts';
import { presentVisit } from '../presenters/visit.ts';
import type { PourRead, UnsettledRead, VisitRead } from '../presenters/visit.ts';
import type { Deps } from '../services/support/deps.ts';
import { readFlags } from '../services/support/flags.ts';
import { readSettings } from '../services/support/settings.ts';
import { servedJoins } from './served.ts';
import { VISIT_ROW_COLUMNS, VISIT_ROW_TABLES } from './visitRows.ts';

/** The visit in the middle of the screen, with what this role may do now and why not. @throws DomainError `visit.not_found` */
export async function visitView(deps: Deps, visit_id: number, role: Role): Promise<VisitWire> {
  const { sequelize } = deps;
  const [settings, flags] = await Promise.all([readSettings(sequelize), readFlags(sequelize, deps)]);
  const today = businessDate(deps.clock.now(), settings.bar.time_zone);
  const [visits, pours, unsettled] = await Promise.all([
    query<VisitRead>(sequelize, VISIT, [visit_id, today]),
    query<PourRead>(sequelize, POURS, [visit_id]),
    query<UnsettledRead>(sequelize, UNSETTLED, [visit_id]),
  ]);
  const visit = visits[0];
  if (!visit) throw new DomainError('visit.not_found', { visit_id });
  return {
    ...presentVisit(visit, pours, unsettled, {
      law: serviceLawOf(settings, visit.house_purpose),
      leases: deps.leases,
    }),
    actions: actionsOf(visit, unsettled, { flags, role }),
  };
}

function actionsOf(
  visit: VisitRead,
  unsettled: readonly UnsettledRead[],
  by: { flags: Flags; role: Role },
): VisitWire['actions'] {
  return visitActions(
    {
      state: visit.state,
      // With FF_BACKEND_SHIFT_AUTHORITY off the server opens a shift by itself when money needs one.
      shift_open: visit.shift_open || !by.flags.FF_BACKEND_SHIFT_AUTHORITY,
      has_card: visit.card_uid !== null,
      locked: visit.active_tap_id !== null,
      balance_minor: visit.balance_minor,
      reserved_minor: visit.reserved_minor,
      unsettled,
      cashier_may_reconcile: by.flags.FF_MANUAL_POUR_RECONCILE,
    },
    by.role,
  );
}

const VISIT = `
  SELECT ${VISIT_ROW_COLUMNS}, v.state, v.version, v.closed_at, v.close_reason, gu.phone AS guest_phone,
    gu.age_confirmed_at IS NOT NULL AS age_confirmed,
    EXISTS (SELECT 1 FROM shifts WHERE state = 'open') AS shift_open,
    (SELECT coalesce(sum(e.amount_minor), 0)::bigint FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
       JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'guest' WHERE t.visit_id = v.id AND t.kind = 'top_up') AS topped_up_minor,
    (SELECT coalesce(-sum(e.amount_minor), 0)::bigint FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
       JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'guest' WHERE t.visit_id = v.id AND t.kind = 'refund') AS refunded_minor,
    (SELECT coalesce(sum(p.cost_minor), 0)::bigint FROM pours p
       WHERE p.visit_id = v.id AND p.sync_status IN ('synced', 'reconciled')) AS poured_minor,
    (SELECT coalesce(sum(g.limit_minor), 0)::bigint FROM grants g
       WHERE g.guest_id = v.guest_id AND g.state IN ('open', 'orphaned')) AS reserved_minor,
    (SELECT coalesce(-sum(e.amount_minor), 0)::bigint FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id
       WHERE a.kind = 'receivable' AND a.guest_id = v.guest_id) AS receivable_minor,
    served.ml AS limit_used_ml, served.ug AS ethanol_ug, allowed.extra_ml, allowed.extra_grams
  FROM ${VISIT_ROW_TABLES}
  ${servedJoins(`coalesce((SELECT o.business_date FROM shifts o WHERE o.state = 'open'), $2::date)`)} WHERE v.id = $1`;

const POURS = `
  SELECT p.id AS pour_id, p.grant_id, t.number AS tap_number, b.name AS beverage, p.short_id, p.source, p.sync_status, p.billed_ml,
    p.cost_minor, p.paid_minor, p.poured_at,
    coalesce((SELECT jsonb_agg(jsonb_build_object('kind', c.kind, 'ml', c.ml, 'amount_minor', c.amount_minor) ORDER BY c.id)
      FROM pour_corrections c WHERE c.grant_id = p.grant_id), '[]') AS corrections
  FROM pours p JOIN taps t ON t.id = p.tap_id JOIN beverages b ON b.id = p.beverage_id
  WHERE p.visit_id = $1 ORDER BY p.poured_at DESC, p.id DESC`;

const UNSETTLED = `
  SELECT g.id AS grant_id, g.state, t.number AS tap_number, b.name AS beverage, g.short_id, g.limit_ml, g.overshoot_ml,
    g.price_minor_per_litre, g.lease_over, g.created_at
  FROM grants g JOIN taps t ON t.id = g.tap_id JOIN beverages b ON b.id = g.beverage_id
  WHERE g.visit_id = $1 AND g.state IN ('open', 'orphaned') ORDER BY g.created_at, g.id`;
