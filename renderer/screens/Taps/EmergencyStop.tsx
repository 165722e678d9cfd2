import { IconCashBanknote, IconHandStop, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionStore } from '../../app/session.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Facts } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { client } from '../../lib/api.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useStore } from '../../lib/store.ts';
import { useAction } from '../../lib/useAction.ts';

/** Every tap closes. A reason is ready, so that two presses are enough. */
export function StopAll({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const reasons = [t('stop.reason.urgent'), t('stop.reason.leak'), t('stop.reason.people')];
  const form = useStop((reason) => client.taps.emergencyStop.mutate({ reason }), reasons[0] ?? '', onClose);
  return (
    <Dialog
      title={t('stop.title')}
      onClose={onClose}
      problem={problemText(form.action.problem, 'stop.unreachable')}
      confirm={{
        label: t('stop.all'),
        tone: 'danger',
        icon: <IconHandStop size={24} />,
        blocked: form.reason.trim() === '' ? t('reason.needed') : null,
        busy: form.action.busy,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-stop-all"
    >
      <Facts
        facts={[
          { icon: <IconPlayerStop size={20} />, text: t('stop.beer') },
          { icon: <IconCashBanknote size={20} />, text: t('stop.money') },
        ]}
      />
      <ReasonPicker reasons={reasons} value={form.reason} onChange={form.setReason} autoFocus />
    </Dialog>
  );
}

export function EndStop({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const session = useStore(sessionStore);
  const form = useStop((reason) => client.taps.endEmergencyStop.mutate({ reason }), '', onClose);
  const mayEnd = session !== null && session.operator.role !== 'cashier';
  return (
    <Dialog
      title={t('stop.endTitle')}
      onClose={onClose}
      problem={problemText(form.action.problem)}
      confirm={{
        label: t('stop.endConfirm'),
        blocked: !mayEnd
          ? t('blocked.not_your_role.short')
          : form.reason.trim() === ''
            ? t('reason.needed')
            : null,
        busy: form.action.busy,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-end-stop"
    >
      <Facts facts={[{ icon: <IconPlayerStop size={20} />, text: t('stop.endText') }]} />
      <ReasonPicker
        reasons={[t('stop.reason.checked'), t('stop.reason.false')]}
        value={form.reason}
        onChange={form.setReason}
        autoFocus
      />
    </Dialog>
  );
}

function useStop(send: (reason: string) => Promise<unknown>, first: string, onClose: () => void) {
  const [reason, setReason] = useState(first);
  const action = useAction({
    send: () => send(reason.trim()),
    done: () => {
      void queryClient.invalidateQueries();
      onClose();
    },
  });
  return { reason, setReason, action };
}
