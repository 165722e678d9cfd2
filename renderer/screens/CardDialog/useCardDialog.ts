import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VisitWire } from '#domain/protocol/till';
import { keepVisit } from '../../app/board.ts';
import { client } from '../../lib/api.ts';
import { useCards } from '../../lib/cards.ts';
import { requestId } from '../../lib/requestId.ts';
import { useAction } from '../../lib/useAction.ts';
import { showNewest } from '../dialogParts.ts';

export type CardKind = 'issueCard' | 'replaceCard';

/** A card laid on the reader is the confirmation: nothing else is pressed. Each card tried is an action of its own. */
export function useCardDialog(visit: VisitWire, kind: CardKind, card_uid: string | null) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [byHand, setByHand] = useState(false);
  const [issued, setIssued] = useState<string | null>(null);
  const tries = useRef(new Map<string, string>());
  const latest = useRef(visit);
  useEffect(() => {
    latest.current = visit;
  });
  const action = useAction({
    send: (uid: string) => {
      const { visit_id, version: expected_version } = latest.current;
      const request_id = tries.current.get(uid) ?? requestId();
      tries.current.set(uid, request_id);
      const input = { request_id, visit_id, expected_version, card_uid: uid };
      return kind === 'issueCard'
        ? client.visits.issueCard.mutate(input)
        : client.visits.replaceCard.mutate({ ...input, reason: t('replace.reason') });
    },
    done: (answer) => {
      keepVisit(answer);
      setIssued(answer.card_uid);
    },
    failed: showNewest(visit),
  });
  const { run } = action;
  useCards(run, issued === null);
  const offered = useRef(card_uid);
  useEffect(() => {
    if (offered.current === null) return;
    const uid = offered.current;
    offered.current = null;
    run(uid);
  });
  return { typed, setTyped, byHand, setByHand, issued, action };
}
