import { useState } from 'react';
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

export interface Asked {
  /** as it was when no answer came, else the newest */
  visit: VisitWire;
  failed: (problem: Problem, asked: VisitWire) => void;
}

/**
 * What got no answer may have been done. The same is asked again, of the visit as it was: the answer of the first time comes back.
 * A refusal was not done, and the next try is of the visit as it is now.
 */
export function useAsked(visit: VisitWire): Asked {
  const [asked, setAsked] = useState<VisitWire | null>(null);
  return {
    visit: asked ?? visit,
    failed: (problem, of) => {
      setAsked(problem.kind === 'unreachable' ? of : null);
      showNewest(of)(problem);
    },
  };
}
