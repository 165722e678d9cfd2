import { useTranslation } from 'react-i18next';
import type { VisitWire } from '#domain/protocol/till';
import { cardTail } from '#domain/texts/format';
import { refreshVisit } from '../app/board.ts';
import { useGuestName } from '../app/guestName.ts';
import type { Problem } from '../lib/problem.ts';

/** «Дмитрий Сомов, карта 7F02» */
export function useWhom(): (visit: VisitWire) => string {
  const { t } = useTranslation();
  const guestName = useGuestName();
  return (visit) =>
    visit.card_uid === null
      ? `${guestName(visit)}, ${t('visit.number', { number: visit.visit_id }).toLowerCase()}`
      : t('dialog.whom', { guest: guestName(visit), tail: cardTail(visit.card_uid) });
}

/** Another till changed the visit: the dialog stays, with the visit as it is now. */
export function showNewest(visit: VisitWire): (problem: Problem) => void {
  return (problem) => {
    if (problem.kind === 'refused') refreshVisit(visit.visit_id);
  };
}
