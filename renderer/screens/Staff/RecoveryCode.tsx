import { IconKey, IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionStore } from '../../app/session.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Facts, Prompt } from '../../components/Bits.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { client } from '../../lib/api.ts';
import { useStore } from '../../lib/store.ts';
import { useAction } from '../../lib/useAction.ts';
import code from '../FirstRun/FirstRun.module.css';

/** The paper with the code was lost or seen: a new one, shown here and never again. */
export function RecoveryCode({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const mine = useStore(sessionStore)?.operator;
  const [pin, setPin] = useState('');
  const [made, setMade] = useState<string | null>(null);
  const action = useAction({
    send: () => client.staff.newRecoveryCode.mutate({ approval: { operator_id: mine?.id ?? 0, pin } }),
    done: ({ recovery_code }) => setMade(recovery_code),
    failed: () => setPin(''),
  });
  if (made !== null) return <Made code={made} onClose={onClose} />;
  return (
    <Dialog
      title={t('recovery.title')}
      subtitle={mine?.name}
      onClose={onClose}
      problem={problemText(action.problem, 'recovery.unreachable')}
      confirm={{
        label: t('recovery.confirm'),
        blocked: pin.length < 4 ? t('signIn.short') : null,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-recovery-code"
    >
      <div className={money['stack']}>
        <Facts
          facts={[
            { icon: <IconKey size={20} />, text: t('recovery.old') },
            { icon: <IconLock size={20} />, text: t('recovery.yours') },
          ]}
        />
        <Field
          label={t('recovery.pin')}
          value={pin}
          onChange={(text) => setPin(text.replace(/\D/g, '').slice(0, 12))}
          secret
          inputMode="numeric"
          autoFocus
          testId="own-pin"
        />
      </div>
    </Dialog>
  );
}

function Made({ code: made, onClose }: { code: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={t('setup.recovery')}
      onClose={onClose}
      cancel={t('dialog.close')}
      confirm={{ label: t('recovery.written'), onConfirm: onClose }}
      testId="dialog-recovery-made"
    >
      <Prompt icon={<IconKey size={72} />} title={t('setup.once')}>
        <p>{t('setup.recoveryText')}</p>
      </Prompt>
      <output className={code['code']} data-testid="recovery-code">
        {made}
      </output>
    </Dialog>
  );
}
