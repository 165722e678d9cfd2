import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { canonicalUid } from '#domain/card/uid';
import type { PaymentMethod } from '#domain/ledger/accounts';
import type { VisitWire } from '#domain/protocol/till';
import { keepVisit } from '../../app/board.ts';
import { showNotice } from '../../app/notices.ts';
import { sessionStore } from '../../app/session.ts';
import { useApprovalInPlace } from '../../app/useApproval.ts';
import { goTo } from '../../app/router.ts';
import { client } from '../../lib/api.ts';
import { useCards } from '../../lib/cards.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { useGiven } from '../Refund/useRefund.ts';
import { useAsked } from '../dialogParts.ts';

export type Remainder = 'refund' | 'keep';

export function useCloseVisit(newest: VisitWire, onClose: () => void) {
  const { t } = useTranslation();
  const format = useFormat();
  const given = useGiven();
  const request_id = useRequestId();
  const asked = useAsked(newest);
  const { visit } = asked;
  const [remainder, setRemainder] = useState<Remainder>(visit.balance_minor > 0 ? 'refund' : 'keep');
  const [method, setMethod] = useState<PaymentMethod>('cash');
  const [card, setCard] = useState<'waiting' | 'back' | 'gone'>(visit.card_uid === null ? 'gone' : 'waiting');
  const nameless = visit.guest_phone === null && visit.guest_name === null;
  const cashier = useStore(sessionStore)?.operator.role === 'cashier';
  // Only a shift lead says that money is nobody's.
  const pin = useApprovalInPlace(cashier && nameless && remainder === 'keep' && visit.balance_minor > 0);
  const [otherCard, setOtherCard] = useState(false);
  useCards((read) => {
    const reading = canonicalUid(read);
    const same = reading.ok && reading.uid === visit.card_uid;
    setOtherCard(!same);
    if (same) setCard('back');
  });
  const action = useAction({
    send: ({ visit_id, card_uid, version: expected_version }: VisitWire) =>
      client.visits.close.mutate({
        request_id,
        visit_id,
        expected_version,
        reason: card === 'gone' && card_uid !== null ? t('close.reason.noCard') : t('close.reason.done'),
        card_returned: card === 'back',
        remainder,
        method,
        approval: pin.given,
      }),
    done: (answer, of) => {
      keepVisit(answer);
      goTo({ screen: 'visits', visit_id: null });
      window.setTimeout(() => showNotice(doneNotice(of)));
      onClose();
    },
    failed: (problem, of) => {
      pin.ask(problem);
      asked.failed(problem, of);
    },
  });
  // Of the visit as it was: the event that it is closed may come before the answer.
  const doneNotice = ({ balance_minor }: VisitWire) => {
    const paid = remainder === 'refund' && balance_minor > 0;
    const sum = format.money(given(balance_minor, method));
    return { kind: 'say', text: paid ? t('close.donePaid', { sum }) : t('close.done') } as const;
  };
  const again =
    <Value>(set: (value: Value) => void) =>
    (value: Value): void => {
      set(value);
      pin.forget();
      action.clear();
    };
  return {
    visit,
    remainder,
    setRemainder: again(setRemainder),
    method,
    setMethod: again(setMethod),
    given_minor: given(visit.balance_minor, method),
    nameless,
    pin,
    card,
    setCard,
    otherCard,
    action,
  };
}
