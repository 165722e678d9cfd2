import { IconCashBanknote, IconUser } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGuestName } from '../../app/guestName.ts';
import { showNotice } from '../../app/notices.ts';
import { useApproval } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { AmountField } from '../../components/AmountField.tsx';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Facts } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import money from '../../components/Money.module.css';
import { NumberPad } from '../../components/NumberPad.tsx';
import { client, trpc } from '../../lib/api.ts';
import { entryMinor, entryOf, entryText, typeKey } from '../../lib/entry.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import type { GuestDialogProps } from './GuestDialogs.tsx';
import own from './Guests.module.css';

/** A guest came back after long: what was booked to nobody is on their account again, by a shift lead's PIN. */
export function ClaimMoney({ guest, onClose }: GuestDialogProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const guestName = useGuestName();
  const form = useClaimMoney({ guest, onClose });
  const { guest_id, name: guest_name, unclaimed_minor } = guest;
  return (
    <Dialog
      title={t('claim.title')}
      subtitle={guestName({ guest_id, guest_name })}
      size={900}
      onClose={onClose}
      problem={problemText(form.action.problem, 'claim.unreachable')}
      confirm={{
        label: t('claim.confirm', { sum: format.money(form.amount_minor) }),
        blocked: form.blocked,
        busy: form.action.busy,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-claim-money"
    >
      <div className={money['split']}>
        <div className={money['stack']}>
          <AmountField
            label={t('claim.amount')}
            entry={form.entry}
            shown={format.money(form.amount_minor)}
            hint={t('claim.most', { sum: format.money(unclaimed_minor) })}
            autoFocus
            onEntry={form.setEntry}
            testId="amount"
          />
          <Facts
            facts={[
              { icon: <IconUser size={20} />, text: t('claim.account') },
              { icon: <IconCashBanknote size={20} />, text: t('claim.cash') },
            ]}
          />
          <ReasonPicker
            reasons={[t('claim.reason.came'), t('claim.reason.mistake')]}
            value={form.reason}
            onChange={form.setReason}
          />
          <ApprovalFields approval={form.approval} />
        </div>
        <div className={own['pad']}>
          <NumberPad onKey={(key) => form.setEntry(typeKey(form.entry, key))} />
        </div>
      </div>
    </Dialog>
  );
}

function useClaimMoney({ guest: { guest_id, unclaimed_minor }, onClose }: GuestDialogProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const request_id = useRequestId();
  const approval = useApproval();
  const [entry, setEntry] = useState(entryOf(entryText(unclaimed_minor)));
  const [reason, setReason] = useState('');
  const amount_minor = entryMinor(entry);
  const action = useAction({
    send: () =>
      client.guests.claimMoney.mutate({
        request_id,
        guest_id,
        amount_minor,
        reason: reason.trim(),
        approval: approval.given,
      }),
    done: () => {
      for (const { queryKey } of [
        { queryKey: trpc.guests.get.queryKey({ guest_id }) },
        { queryKey: trpc.visits.pathKey() },
        { queryKey: trpc.board.get.queryKey() },
      ])
        void queryClient.invalidateQueries({ queryKey });
      const text = t('claim.done', { sum: format.money(amount_minor) });
      window.setTimeout(() => showNotice({ kind: 'say', text }));
      onClose();
    },
  });
  const blocked =
    amount_minor === 0
      ? t('topUp.noAmount')
      : amount_minor > unclaimed_minor
        ? t('claim.tooMuch')
        : reason.trim() === ''
          ? t('reason.needed')
          : approval.complete
            ? null
            : t('approval.needed');
  return { entry, setEntry, reason, setReason, approval, amount_minor, blocked, action };
}
