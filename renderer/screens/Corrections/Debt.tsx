import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PaymentMethod } from '#domain/ledger/accounts';
import { cashTakenFor } from '#domain/ledger/cashRounding';
import type { VisitWire } from '#domain/protocol/till';
import { refreshVisit } from '../../app/board.ts';
import type { Owing } from '../../app/dialogs.ts';
import { useGuestName } from '../../app/guestName.ts';
import { showNotice } from '../../app/notices.ts';
import { sessionStore } from '../../app/session.ts';
import { useApprovalInPlace } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { AmountField } from '../../components/AmountField.tsx';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Button } from '../../components/Button.tsx';
import { Choice, ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { Methods } from '../../components/Methods.tsx';
import money from '../../components/Money.module.css';
import { NumberPad } from '../../components/NumberPad.tsx';
import { client, trpc } from '../../lib/api.ts';
import { entryMinor, entryOf, entryText, typeKey } from '../../lib/entry.ts';
import { useCashStep, useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { requestId } from '../../lib/requestId.ts';
import { useStore } from '../../lib/store.ts';
import { useAction } from '../../lib/useAction.ts';
import { useDebounced } from '../../lib/useDebounced.ts';
import { useWhom } from '../dialogParts.ts';

const WAYS = ['pay', 'carry', 'writeOff'] as const;
type Way = (typeof WAYS)[number];

/** The three ways out of a debt: paid now, on another guest's account, or borne by the house. */
export function Debt({ visit, onClose }: { visit: VisitWire; onClose: () => void }) {
  const whom = useWhom();
  const { guest_id, guest_name, visit_id, receivable_minor } = visit;
  const debt = { guest_id, guest_name, debt_minor: receivable_minor, active_visit_id: visit_id };
  return <SettleDebt debt={debt} whom={whom(visit)} onClose={onClose} />;
}

/** The same for a guest who need not be here. */
export function GuestDebt({ debt, onClose }: { debt: Owing; onClose: () => void }) {
  const guestName = useGuestName();
  return <SettleDebt debt={debt} whom={guestName(debt)} onClose={onClose} />;
}

function SettleDebt({ debt, whom, onClose }: { debt: Owing; whom: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const form = useDebt(debt, onClose);
  const { way } = form;
  return (
    <Dialog
      title={t('debt.title', { sum: format.money(debt.debt_minor) })}
      subtitle={whom}
      aside={way === 'pay' ? <Methods method={form.method} onChange={form.setMethod} /> : undefined}
      size={900}
      onClose={onClose}
      problem={problemText(form.action.problem, 'debt.unreachable')}
      confirm={{
        label: t(`debt.confirm.${way}`, { sum: format.money(form.taken_minor) }),
        blocked: form.blocked,
        busy: form.action.busy,
        minWidth: 288,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-debt"
    >
      <div className={money['split']}>
        <div className={money['stack']}>
          <div className="row" role="group" aria-label={t('debt.way')}>
            {WAYS.map((one) => (
              <Button
                key={one}
                tone={one === way ? 'chosen' : 'plain'}
                pressed={one === way}
                onPress={() => form.setWay(one)}
                testId={`debt-${one}`}
              >
                {t(`debt.ways.${one}`)}
              </Button>
            ))}
          </div>
          <p className="dim">{t(`debt.note.${way}`)}</p>
          <AmountField
            label={t('money.amount')}
            entry={form.entry}
            shown={format.money(form.amount_minor)}
            autoFocus
            onEntry={form.setEntry}
            hint={t('debt.most', { sum: format.money(debt.debt_minor) })}
            testId="amount"
          />
          {form.taken_minor !== form.amount_minor && (
            <p data-testid="cash-rounded">{t('cash.taken', { sum: format.money(form.taken_minor) })}</p>
          )}
          {way === 'carry' && <ToWhom form={form} />}
          {way !== 'pay' && (
            <ReasonPicker
              key={way}
              reasons={
                way === 'carry'
                  ? [t('debt.reason.company'), t('debt.reason.agreed')]
                  : [t('debt.reason.left'), t('debt.reason.fault'), t('debt.reason.small')]
              }
              value={form.reason}
              onChange={form.setReason}
            />
          )}
          {form.pin.asked && <ApprovalFields approval={form.pin.approval} />}
        </div>
        <NumberPad onKey={(key) => form.setEntry(typeKey(form.entry, key))} />
      </div>
    </Dialog>
  );
}

type Form = ReturnType<typeof useDebt>;

function ToWhom({ form }: { form: Form }) {
  const { t } = useTranslation();
  return (
    <>
      <Field
        label={t('debt.toWhom')}
        value={form.query}
        onChange={form.setQuery}
        maxLength={80}
        testId="carry-query"
      />
      {form.found.length > 0 && (
        <Choice
          label={t('debt.toWhom')}
          value={form.to === null ? null : String(form.to)}
          options={form.found.map((one) => ({ value: String(one.guest_id), title: one.name }))}
          onChange={(value) => form.setTo(Number(value))}
        />
      )}
    </>
  );
}

function useDebt({ guest_id, debt_minor, active_visit_id }: Owing, onClose: () => void) {
  const { t } = useTranslation();
  const format = useFormat();
  const [key, setKey] = useState(requestId);
  const [way, choose] = useState<Way>('pay');
  const [entry, setEntry] = useState(() => entryOf(entryText(debt_minor)));
  const [method, setMethod] = useState<PaymentMethod>('cash');
  const [reason, setReason] = useState('');
  const [query, setQuery] = useState('');
  const [to, setTo] = useState<number | null>(null);
  const role = useStore(sessionStore)?.operator.role;
  const pin = useApprovalInPlace(way === 'writeOff' || (way === 'carry' && role === 'cashier'));
  const found = useNamed(query, guest_id);
  const amount_minor = entryMinor(entry);
  const step = useCashStep();
  const taken_minor =
    way === 'pay' && method === 'cash' ? cashTakenFor(amount_minor, debt_minor, step) : amount_minor;
  const on = { request_id: key, guest_id, amount_minor };
  const refresh = (): void => {
    if (active_visit_id !== null) refreshVisit(active_visit_id);
  };
  const action = useAction({
    send: () => {
      if (way === 'pay') return client.receivables.pay.mutate({ ...on, method });
      const why = { ...on, reason: reason.trim() };
      if (way === 'writeOff')
        return client.receivables.writeOff.mutate({ ...why, approval: pin.approval.given });
      return client.receivables.carry.mutate({ ...why, to_guest_id: to ?? 0, approval: pin.given });
    },
    done: () => {
      refresh();
      void queryClient.invalidateQueries();
      const sum = format.money(taken_minor);
      const text = t(`debt.done.${way}`, { sum });
      window.setTimeout(() =>
        showNotice(way === 'pay' ? { kind: 'money', title: text, detail: null } : { kind: 'say', text }),
      );
      onClose();
    },
    failed: (problem) => {
      pin.ask(problem);
      refresh();
    },
  });
  const blocked =
    amount_minor === 0
      ? t('topUp.noAmount')
      : amount_minor > debt_minor
        ? t('debt.most', { sum: format.money(debt_minor) })
        : way === 'carry' && to === null
          ? t('debt.toFirst')
          : way !== 'pay' && reason.trim() === ''
            ? t('reason.needed')
            : pin.missing
              ? t('approval.needed')
              : null;
  return {
    way,
    setWay: (next: Way) => {
      choose(next);
      setKey(requestId());
      setReason('');
      pin.forget();
      action.clear();
    },
    entry,
    setEntry,
    method,
    setMethod,
    reason,
    setReason,
    query,
    setQuery,
    to,
    setTo,
    found,
    pin,
    amount_minor,
    taken_minor,
    blocked,
    action,
  };
}

/** Guests with a name that fit, in the bar or not. */
function useNamed(query: string, but: number): { guest_id: number; name: string }[] {
  const asked = useDebounced(query.trim(), 150);
  const { data } = useQuery(
    trpc.visits.search.queryOptions(
      { query: asked },
      { enabled: asked !== '', placeholderData: keepPreviousData },
    ),
  );
  if (!data || asked === '') return [];
  const here = data.visits.map(({ guest_id, guest_name }) => ({ guest_id, name: guest_name }));
  const all = [...here, ...data.guests.map(({ guest_id, name }) => ({ guest_id, name }))];
  return all
    .flatMap(({ guest_id, name }) => (name === null || guest_id === but ? [] : [{ guest_id, name }]))
    .slice(0, 6);
}
