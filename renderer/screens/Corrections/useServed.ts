import { useTranslation } from 'react-i18next';
import type { VisitWire } from '#domain/protocol/till';
import { useFormat } from '../../lib/format.tsx';

export interface ServedView {
  unit: 'ml' | 'grams';
  limit: number;
  used: number;
  left: number;
  level: 'ok' | 'warning' | 'reached';
  /** 0–100 */
  share: number;
  say: (amount: number) => string;
}

/** How much of today's limit the guest has had, in the unit that the bar counts in. */
export function useServed(visit: VisitWire): ServedView {
  const { t } = useTranslation();
  const format = useFormat();
  const { limit_ml, limit_used_ml, service } = visit;
  const unit = service?.unit ?? 'ml';
  const limit = service?.limit ?? limit_ml;
  const used = service?.used ?? limit_used_ml;
  return {
    unit,
    limit,
    used,
    left: Math.max(0, limit - used),
    level: service?.level ?? (limit > 0 && used >= limit ? 'reached' : 'ok'),
    share: limit === 0 ? 0 : Math.min(100, (100 * used) / limit),
    say: (amount) => (unit === 'ml' ? format.ml(amount) : t('served.grams', { grams: format.count(amount) })),
  };
}
