import type { z } from 'zod';
import { chargeOf } from '#domain/pour/charge';
import type { Correction } from '#domain/pour/charge';
import type { PourRow, unsettledGrantWire, VisitWire } from '#domain/protocol/till';
import { serviceState } from '#domain/service/limit';
import type { Served, ServiceLaw } from '#domain/service/limit';
import { presentVisitRow } from './visitRow.ts';
import type { VisitRowRead } from './visitRow.ts';

type UnsettledWire = z.infer<typeof unsettledGrantWire>;

export type VisitRead = VisitRowRead &
  Pick<
    VisitWire,
    | 'state'
    | 'version'
    | 'close_reason'
    | 'guest_phone'
    | 'age_confirmed'
    | 'topped_up_minor'
    | 'refunded_minor'
    | 'poured_minor'
    | 'reserved_minor'
    | 'receivable_minor'
    | 'limit_used_ml'
  > &
  Omit<Served, 'ml'> & { closed_at: Date | null; shift_open: boolean };
export type PourRead = Omit<PourRow, 'poured_at' | 'corrected'> & {
  poured_at: Date;
  corrections: Correction[];
};
export type UnsettledRead = Omit<UnsettledWire, 'created_at' | 'lease_left_ms'> & { created_at: Date };

export function presentVisit(
  visit: VisitRead,
  pours: readonly PourRead[],
  unsettled: readonly UnsettledRead[],
  rules: { law: ServiceLaw; leases: { leftMs(grant_id: string): number } },
): Omit<VisitWire, 'actions'> {
  return {
    ...presentVisitRow(visit),
    state: visit.state,
    version: visit.version,
    guest_phone: visit.guest_phone,
    age_confirmed: visit.age_confirmed,
    topped_up_minor: visit.topped_up_minor,
    refunded_minor: visit.refunded_minor,
    poured_minor: visit.poured_minor,
    reserved_minor: visit.reserved_minor,
    receivable_minor: visit.receivable_minor,
    limit_ml: rules.law.daily_limit_ml + visit.extra_ml,
    limit_used_ml: visit.limit_used_ml,
    service: serviceState(rules.law, { ...servedOf(visit), ml: visit.limit_used_ml }),
    closed_at: visit.closed_at?.toISOString() ?? null,
    close_reason: visit.close_reason,
    pours: pours.map(presentPour),
    unsettled: unsettled.map((grant) => ({
      ...grant,
      lease_left_ms: grant.lease_over ? 0 : Math.round(rules.leases.leftMs(grant.grant_id)),
      created_at: grant.created_at.toISOString(),
    })),
  };
}

function presentPour({ corrections, poured_at, ...pour }: PourRead): PourRow {
  const { billed_ml, cost_minor } = pour;
  const row = { ...pour, poured_at: poured_at.toISOString() };
  if (corrections.length === 0) return row;
  const { charged_minor, left_ml, reversed } = chargeOf({
    billed_ml: billed_ml ?? 0,
    cost_minor: cost_minor ?? 0,
    corrections,
  });
  return { ...row, corrected: { charged_minor, left_ml, reversed } };
}

const servedOf = ({ ethanol_ug, extra_ml, extra_grams }: VisitRead) => ({
  ethanol_ug,
  extra_ml,
  extra_grams,
});
