import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { canonicalUid } from '#domain/card/uid';
import type { PaymentMethod } from '#domain/ledger/accounts';
import type { VisitWire } from '#domain/protocol/till';
import { keepVisit } from '../../app/board.ts';
import { showNotice } from '../../app/notices.ts';
import { goTo } from '../../app/router.ts';
import { client } from '../../lib/api.ts';
import { useCards } from '../../lib/cards.ts';
import { useFormat } from '../../lib/format.tsx';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { showNewest } from '../dialogParts.ts';

export type Remainder = 'refund' | 'keep';

export function useCloseVisit(visit: VisitWire, onClose: () => void) {
  const { t } = useTranslation();
  const format = useFormat();
  const request_id = useRequestId();
  const [remainder, setRemainder] = useState<Remainder>(visit.balance_minor > 0 ? 'refund' : 'keep');
  const [method, setMethod] = useState<PaymentMethod>('cash');
  const [card, setCard] = useState<'waiting' | 'back' | 'gone'>(visit.card_uid === null ? 'gone' : 'waiting');
  const [otherCard, setOtherCard] = useState(false);
  const { visit_id, version: expected_version } = visit;
  useCards((read) => {
    const reading = canonicalUid(read);
    const same = reading.ok && reading.uid === visit.card_uid;
    setOtherCard(!same);
    if (same) setCard('back');
  });
  const action = useAction({
    send: () =>
      client.visits.close.mutate({
        request_id,
        visit_id,
        expected_version,
        reason:
          card === 'gone' && visit.card_uid !== null ? t('close.reason.noCard') : t('close.reason.done'),
        card_returned: card === 'back',
        remainder,
        method,
      }),
    done: (answer) => {
      keepVisit(answer);
      goTo({ screen: 'visits', visit_id: null });
      window.setTimeout(() => showNotice(doneNotice()));
      onClose();
    },
    failed: showNewest(visit),
  });
  const doneNotice = () => {
    const paid = remainder === 'refund' && visit.balance_minor > 0;
    const sum = format.money(visit.balance_minor);
    return { kind: 'say', text: paid ? t('close.donePaid', { sum }) : t('close.done') } as const;
  };
  return { remainder, setRemainder, method, setMethod, card, setCard, otherCard, action };
}
