import { IconArrowRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlagRow } from '#domain/protocol/settings';
import { showNotice } from '../../app/notices.ts';
import { useApprovalInPlace } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Facts, Warning } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import money from '../../components/Money.module.css';
import { client, trpc } from '../../lib/api.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';

/** A rule is switched with a reason and an engineer's PIN, whoever is signed in. */
export function SetFlag({ flag, onClose }: { flag: FlagRow; onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const [reason, setReason] = useState('');
  const pin = useApprovalInPlace(true, 'engineer');
  const { name } = flag;
  const enabled = !flag.enabled;
  const action = useAction({
    send: () =>
      client.flags.set.mutate({ request_id, name, enabled, reason: reason.trim(), approval: pin.given }),
    done: (answer) => {
      queryClient.setQueryData(trpc.flags.list.queryKey(), answer);
      void queryClient.invalidateQueries({ queryKey: trpc.board.get.queryKey() });
      window.setTimeout(() => showNotice({ kind: 'say', text: t('flags.done') }));
      onClose();
    },
  });
  const reasons = enabled
    ? [t('flags.reason.back'), t('flags.reason.test')]
    : [t('flags.reason.busy'), t('flags.reason.broken'), t('flags.reason.test')];
  return (
    <Dialog
      title={t(enabled ? 'flags.onTitle' : 'flags.offTitle')}
      subtitle={t(`flags.name.${name}`)}
      onClose={onClose}
      problem={problemText(action.problem, 'settings.unreachable')}
      confirm={{
        label: t(enabled ? 'flags.onConfirm' : 'flags.offConfirm'),
        tone: enabled ? 'primary' : 'danger',
        blocked: reason.trim() === '' ? t('reason.needed') : pin.missing ? t('approval.engineer') : null,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-set-flag"
    >
      <div className={money['stack']}>
        {enabled ? (
          <Facts facts={[{ icon: <IconArrowRight size={20} />, text: t('flags.onText') }]} />
        ) : (
          <Warning fact={t('flags.whenOff')}>{t(`flags.meaning.${name}`)}</Warning>
        )}
        <ReasonPicker reasons={reasons} value={reason} onChange={setReason} autoFocus />
        <ApprovalFields approval={pin.approval} />
      </div>
    </Dialog>
  );
}
