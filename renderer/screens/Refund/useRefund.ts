import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PaymentMethod } from '#domain/ledger/accounts';
import { cashGivenFor } from '#domain/ledger/cashRounding';
import type { VisitWire } from '#domain/protocol/till';
import { keepVisit } from '../../app/board.ts';
import { useApprovalInPlace } from '../../app/useApproval.ts';
import { showNotice } from '../../app/notices.ts';
import { client } from '../../lib/api.ts';
import { entryMinor, entryOf, entryText } from '../../lib/entry.ts';
import type { Entry } from '../../lib/entry.ts';
import { useCashStep, useFormat } from '../../lib/format.tsx';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { useAsked } from '../dialogParts.ts';

/** What no unsettled pour holds: the most that may be given back. */
export function freeMinor(visit: VisitWire): number {
  return Math.max(0, visit.balance_minor - visit.reserved_minor);
}

/** What is handed out for an amount of the account. */
export function useGiven(): (amount_minor: number, method: PaymentMethod) => number {
  const step = useCashStep();
  return (amount_minor, method) => (method === 'cash' ? cashGivenFor(amount_minor, step) : amount_minor);
}

export function useRefund(newest: VisitWire, onClose: () => void) {
  const { t } = useTranslation();
  const format = useFormat();
  const given = useGiven();
  const request_id = useRequestId();
  const asked = useAsked(newest);
  const { visit } = asked;
  const free = freeMinor(visit);
  const [entry, setEntry] = useState<Entry>(() => entryOf(entryText(free)));
  const [method, setMethod] = useState<PaymentMethod>('cash');
  const [reason, setReason] = useState('');
  const pin = useApprovalInPlace();
  const amount_minor = entryMinor(entry);
  const given_minor = given(amount_minor, method);
  const action = useAction({
    send: ({ visit_id, version: expected_version }: VisitWire) =>
      client.visits.refund.mutate({
        request_id,
        visit_id,
        expected_version,
        amount_minor,
        method,
        reason: reason.trim(),
        approval: pin.given,
      }),
    done: (answer) => {
      keepVisit(answer);
      window.setTimeout(() =>
        showNotice({ kind: 'say', text: t('refund.done', { sum: format.money(given_minor) }) }),
      );
      onClose();
    },
    failed: (problem, of) => {
      pin.ask(problem);
      asked.failed(problem, of);
    },
  });
  const blocked =
    amount_minor === 0
      ? t('refund.noAmount')
      : amount_minor > free
        ? t('refund.tooMuch', { sum: format.money(free) })
        : reason.trim() === ''
          ? t('reason.needed')
          : pin.missing
            ? t('approval.needed')
            : null;
  const chooseMethod = (next: PaymentMethod): void => {
    setMethod(next);
    pin.forget();
    action.clear();
  };
  return {
    visit,
    entry,
    setEntry,
    method,
    setMethod: chooseMethod,
    reason,
    setReason,
    pin,
    amount_minor,
    given_minor,
    free,
    blocked,
    action,
  };
}
