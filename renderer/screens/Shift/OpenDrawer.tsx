import { IconCashBanknote, IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { showNotice } from '../../app/notices.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Facts } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import money from '../../components/Money.module.css';
import { client } from '../../lib/api.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';

/** The drawer without a sale: no money is booked, and the journal says who opened it and why. */
export function OpenDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const [reason, setReason] = useState('');
  const action = useAction({
    send: () => client.receipts.openDrawer.mutate({ request_id, reason: reason.trim() }),
    done: () => {
      window.setTimeout(() => showNotice({ kind: 'say', text: t('drawer.done') }));
      onClose();
    },
  });
  return (
    <Dialog
      title={t('drawer.title')}
      onClose={onClose}
      problem={problemText(action.problem, 'drawer.unreachable')}
      confirm={{
        label: t('drawer.confirm'),
        blocked: reason.trim() === '' ? t('reason.needed') : null,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-open-drawer"
    >
      <div className={money['stack']}>
        <Facts
          facts={[
            { icon: <IconCashBanknote size={20} />, text: t('drawer.money') },
            { icon: <IconHistory size={20} />, text: t('drawer.trail') },
          ]}
        />
        <ReasonPicker
          reasons={['change', 'check', 'jam'].map((one) => t(`drawer.reason.${one}`))}
          value={reason}
          onChange={setReason}
          autoFocus
        />
      </div>
    </Dialog>
  );
}
