import { IconPlayerStop, IconPlugConnected } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { showNotice } from '../../app/notices.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Facts } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { client } from '../../lib/api.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction } from '../../lib/useAction.ts';

export interface RevokeNodeProps {
  node_id: number;
  name: string;
  onClose: () => void;
}

export function RevokeNode({ node_id, name, onClose }: RevokeNodeProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [reason, setReason] = useState('');
  const action = useAction({
    send: () => client.nodes.revoke.mutate({ node_id, reason: reason.trim() }),
    done: () => {
      void queryClient.invalidateQueries();
      window.setTimeout(() => showNotice({ kind: 'say', text: t('revoke.done', { name }) }));
      onClose();
    },
  });
  return (
    <Dialog
      title={t('revoke.title')}
      subtitle={name}
      onClose={onClose}
      problem={problemText(action.problem)}
      confirm={{
        label: t('revoke.confirm'),
        tone: 'danger',
        blocked: reason.trim() === '' ? t('reason.needed') : null,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-revoke-node"
    >
      <Facts
        facts={[
          { icon: <IconPlayerStop size={20} />, text: t('revoke.beer') },
          { icon: <IconPlugConnected size={20} />, text: t('revoke.next') },
        ]}
      />
      <ReasonPicker
        reasons={[t('revoke.reason.replaced'), t('revoke.reason.broken'), t('revoke.reason.stolen')]}
        value={reason}
        onChange={setReason}
        autoFocus
      />
    </Dialog>
  );
}
