import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PaymentMethod } from '#domain/ledger/accounts';
import type { VisitWire } from '#domain/protocol/till';
import { keepVisit } from '../../app/board.ts';
import { showNotice } from '../../app/notices.ts';
import { client } from '../../lib/api.ts';
import { entryMinor, entryOf, entryText, NO_ENTRY, typeKey } from '../../lib/entry.ts';
import type { Entry } from '../../lib/entry.ts';
import { useFormat } from '../../lib/format.tsx';
import type { Problem } from '../../lib/problem.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { banknotesAbove, quickTopUps } from './quickAmounts.ts';
import { MAX_AMOUNT_MINOR } from '#domain/quantity/money';

export type TopUpField = 'amount' | 'received';

export interface TopUpModel {
  method: PaymentMethod;
  setMethod: (method: PaymentMethod) => void;
  amount: Entry;
  received: Entry;
  amount_minor: number;
  received_minor: number;
  change_minor: number;
  field: TopUpField;
  setField: (field: TopUpField) => void;
  enter: (field: TopUpField, entry: Entry) => void;
  choose: (field: TopUpField, minor: number) => void;
  onKey: (key: string) => void;
  quick: number[];
  notes: number[];
  short: boolean;
  empty: boolean;
  tooMuch: boolean;
  busy: boolean;
  problem: Problem | null;
  confirm: () => void;
}

/** What the guest gives is only for the change; what is booked is the amount. */
export function useTopUp(visit: VisitWire, onClose: () => void): TopUpModel {
  const { t } = useTranslation();
  const format = useFormat();
  const request_id = useRequestId();
  const [method, setMethod] = useState<PaymentMethod>('cash');
  const [entries, setEntries] = useState<Record<TopUpField, Entry>>({ amount: NO_ENTRY, received: NO_ENTRY });
  const [field, setField] = useState<TopUpField>('amount');
  const amount_minor = entryMinor(entries.amount);
  const received_minor = entryMinor(entries.received);
  const change_minor = method === 'cash' && received_minor > 0 ? received_minor - amount_minor : 0;
  const enter = (which: TopUpField, entry: Entry): void => setEntries((old) => ({ ...old, [which]: entry }));
  const action = useAction({
    send: () => client.visits.topUp.mutate({ request_id, visit_id: visit.visit_id, amount_minor, method }),
    done: (answer) => {
      keepVisit(answer);
      const change = { label: t('money.change'), value: format.money(change_minor) };
      const title = t('topUp.received', { sum: format.money(amount_minor) });
      showNoticeAfter(() => showNotice({ kind: 'money', title, detail: change_minor > 0 ? change : null }));
      onClose();
    },
  });
  return {
    method,
    setMethod,
    ...entries,
    amount_minor,
    received_minor,
    change_minor,
    field,
    setField,
    enter,
    choose: (which, minor) => enter(which, entryOf(entryText(minor))),
    onKey: (key) => enter(field, typeKey(entries[field], key)),
    quick: quickTopUps(format.currency),
    notes: banknotesAbove(amount_minor, format.currency),
    short: method === 'cash' && received_minor > 0 && received_minor < amount_minor,
    empty: amount_minor === 0,
    tooMuch: amount_minor > MAX_AMOUNT_MINOR,
    busy: action.busy,
    problem: action.problem,
    confirm: () => action.run(undefined),
  };
}

/** A dialog that opens or closes clears the notice of before; this one belongs to after. */
function showNoticeAfter(show: () => void): void {
  window.setTimeout(show, 0);
}
