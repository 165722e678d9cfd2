import { IconCashBanknote, IconCreditCardOff, IconHourglass } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { showNotice } from '../../app/notices.ts';
import { useApproval } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Facts } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import money from '../../components/Money.module.css';
import { client, trpc } from '../../lib/api.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';

/** Guests who left without settling up: one act for all of them, so that nobody closes forty visits at three in the morning. */
export function WalkedOut({ count, onClose }: { count: number; onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const approval = useApproval();
  const [reason, setReason] = useState('');
  const action = useAction({
    send: () =>
      client.visits.closeWalkedOut.mutate({ request_id, reason: reason.trim(), approval: approval.given }),
    done: ({ closed, left }) => {
      void queryClient.invalidateQueries({ queryKey: trpc.shifts.pathKey() });
      const said = t('walkedOut.done', { count: closed.length });
      window.setTimeout(() =>
        showNotice({
          kind: 'say',
          text: left.length === 0 ? said : `${said} ${t('walkedOut.left', { count: left.length })}`,
        }),
      );
      onClose();
    },
  });
  const blocked = reason.trim() === '' ? t('reason.needed') : approval.complete ? null : t('approval.needed');
  return (
    <Dialog
      title={t('walkedOut.title', { count })}
      onClose={onClose}
      problem={problemText(action.problem, 'walkedOut.unreachable')}
      confirm={{
        label: t('walkedOut.confirm'),
        tone: 'danger',
        blocked,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-walked-out"
    >
      <div className={money['stack']}>
        <Facts
          facts={[
            { icon: <IconCashBanknote size={20} />, text: t('walkedOut.money') },
            { icon: <IconCreditCardOff size={20} />, text: t('walkedOut.cards') },
            { icon: <IconHourglass size={20} />, text: t('walkedOut.pours') },
          ]}
        />
        <ReasonPicker
          reasons={[t('walkedOut.reason.closing'), t('walkedOut.reason.gone')]}
          value={reason}
          onChange={setReason}
          autoFocus
        />
        <ApprovalFields approval={approval} />
      </div>
    </Dialog>
  );
}
