import { UG_PER_ML_AND_PERMILLE } from '#domain/service/limit';

/**
 * Joins `served` (ml, ug) and `allowed` (extra_ml, extra_grams) to visits `v`: of the guest and the business date, in whichever
 * visit. `date`: an SQL expression.
 */
export const servedJoins = (date: string): string => `
  LEFT JOIN LATERAL (
    SELECT coalesce(sum(coalesce(p.metered_ml, p.billed_ml)), 0)::bigint AS ml,
      coalesce(sum(coalesce(p.metered_ml, p.billed_ml)::bigint * b.abv_permille * ${UG_PER_ML_AND_PERMILLE}), 0)::bigint AS ug
    FROM shifts s JOIN pours p ON p.shift_id = s.id JOIN beverages b ON b.id = p.beverage_id
    WHERE s.business_date = ${date} AND p.guest_id = v.guest_id AND p.sync_status IN ('synced', 'reconciled')
  ) served ON true
  LEFT JOIN LATERAL (
    SELECT coalesce(sum(l.extra_ml), 0)::bigint AS extra_ml, coalesce(sum(l.extra_grams), 0)::bigint AS extra_grams
    FROM service_allowances l WHERE l.guest_id = v.guest_id AND l.business_date = ${date}
  ) allowed ON true`;
