import type { PourRow, VisitWire } from '#domain/protocol/till';

/** A pour of which something may still go back to the guest. */
export interface Correctable {
  pour: PourRow;
  left_ml: number;
  charged_minor: number;
  /** some of it has been given already: what is left is given too, not the whole */
  touched: boolean;
}

/** What the guest still stands charged for, newest first. */
export function correctable(visit: Pick<VisitWire, 'pours'>): Correctable[] {
  return visit.pours.flatMap((pour) => {
    if (pour.billed_ml === null || pour.sync_status === 'void') return [];
    const left_ml = pour.corrected?.left_ml ?? pour.billed_ml;
    const charged_minor = pour.corrected?.charged_minor ?? pour.cost_minor ?? 0;
    if (left_ml <= 0 || charged_minor <= 0) return [];
    return [{ pour, left_ml, charged_minor, touched: pour.corrected !== undefined }];
  });
}

/** What so many of its millilitres cost, about: the till counts it to the last kopeck. */
export function aboutMinor({ left_ml, charged_minor }: Correctable, ml: number): number {
  if (ml >= left_ml) return charged_minor;
  return Math.round((charged_minor * ml) / left_ml);
}
