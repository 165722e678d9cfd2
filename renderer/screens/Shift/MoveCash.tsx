import { IconCashBanknote, IconCashBanknoteOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BoardWire } from '#domain/protocol/till';
import { showNotice } from '../../app/notices.ts';
import { sessionStore } from '../../app/session.ts';
import { useApprovalInPlace } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { AmountField } from '../../components/AmountField.tsx';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Figure } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import money from '../../components/Money.module.css';
import { NumberPad } from '../../components/NumberPad.tsx';
import { client } from '../../lib/api.ts';
import { entryMinor, entryOf, typeKey } from '../../lib/entry.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { useStore } from '../../lib/store.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';

export interface MoveCashProps {
  direction: 'in' | 'out';
  board: BoardWire;
  onClose: () => void;
}

/** Change brought to the drawer, or cash taken to the safe: with a reason; taking out is a shift lead's word. */
export function MoveCash({ direction, board, onClose }: MoveCashProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const form = useMoveCash(direction, board, onClose);
  const Icon = direction === 'in' ? IconCashBanknote : IconCashBanknoteOff;
  return (
    <Dialog
      title={t(`cash.${direction}Title`)}
      subtitle={t(`cash.${direction}Text`)}
      size={900}
      onClose={onClose}
      problem={problemText(form.action.problem, 'cash.unreachable')}
      confirm={{
        label: t(`cash.${direction}Confirm`, { sum: format.money(form.amount_minor) }),
        icon: <Icon size={24} />,
        blocked: form.blocked,
        busy: form.action.busy,
        minWidth: 288,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-move-cash"
    >
      <div className={money['split']}>
        <div className={money['stack']}>
          <div className={money['two']}>
            <AmountField
              label={t('money.amount')}
              entry={form.entry}
              shown={format.money(form.amount_minor)}
              autoFocus
              onEntry={form.setEntry}
              testId="amount"
            />
            <Figure
              label={t('cash.after')}
              value={format.money(form.after)}
              note={t('topUp.balanceNow', { sum: format.money(form.before) })}
            />
          </div>
          <ReasonPicker
            reasons={
              direction === 'in'
                ? [t('cash.reason.change'), t('cash.reason.back')]
                : [t('cash.reason.safe'), t('cash.reason.bank'), t('cash.reason.bought')]
            }
            value={form.reason}
            onChange={form.setReason}
          />
          {form.pin.asked && <ApprovalFields approval={form.pin.approval} />}
        </div>
        <NumberPad onKey={(key) => form.setEntry(typeKey(form.entry, key))} />
      </div>
    </Dialog>
  );
}

function useMoveCash(direction: 'in' | 'out', board: BoardWire, onClose: () => void) {
  const { t } = useTranslation();
  const format = useFormat();
  const request_id = useRequestId();
  const [entry, setEntry] = useState(entryOf(''));
  const [reason, setReason] = useState('');
  const role = useStore(sessionStore)?.operator.role;
  const pin = useApprovalInPlace(direction === 'out' && role === 'cashier');
  const amount_minor = entryMinor(entry);
  const before = board.shift?.expected_cash_minor ?? 0;
  const after = direction === 'in' ? before + amount_minor : before - amount_minor;
  const action = useAction({
    send: () =>
      client.cash.move.mutate({
        request_id,
        direction,
        amount_minor,
        reason: reason.trim(),
        approval: pin.given,
      }),
    done: () => {
      void queryClient.invalidateQueries();
      const text = t(`cash.${direction}Done`, { sum: format.money(amount_minor) });
      window.setTimeout(() => showNotice({ kind: 'say', text }));
      onClose();
    },
    failed: (problem) => {
      pin.ask(problem);
      void queryClient.invalidateQueries();
    },
  });
  const blocked =
    amount_minor === 0
      ? t('topUp.noAmount')
      : after < 0
        ? t('cash.notThere')
        : reason.trim() === ''
          ? t('reason.needed')
          : pin.missing
            ? t('approval.needed')
            : null;
  return { entry, setEntry, reason, setReason, pin, amount_minor, before, after, blocked, action };
}
