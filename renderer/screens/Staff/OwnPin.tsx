import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { showNotice } from '../../app/notices.ts';
import { sessionStore } from '../../app/session.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { client } from '../../lib/api.ts';
import { useStore } from '../../lib/store.ts';
import { useAction } from '../../lib/useAction.ts';
import { missingOf } from './missingOf.ts';

const digits = (text: string): string => text.replace(/\D/g, '').slice(0, 12);

/** One's own PIN: nobody else has to know it, the one of until now is enough. */
export function OwnPin({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const who = useStore(sessionStore)?.operator.name;
  const [now, setNow] = useState('');
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const action = useAction({
    send: () => client.staff.changeOwnPin.mutate({ pin: now, new_pin: pin }),
    done: () => {
      window.setTimeout(() => showNotice({ kind: 'say', text: t('ownPin.done') }));
      onClose();
    },
    failed: () => setNow(''),
  });
  const missing = missingOf({ change: 'setPin', name: '', reason: '', card_uid: null, pin, again });
  const blocked =
    now.length < 4 ? t('ownPin.nowFirst') : missing === null ? null : t(`staff.missing.${missing}`);
  return (
    <Dialog
      title={t('ownPin.title')}
      subtitle={who}
      onClose={onClose}
      problem={problemText(action.problem, 'ownPin.unreachable')}
      confirm={{
        label: t('ownPin.confirm'),
        blocked,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-own-pin"
    >
      <div className={money['stack']}>
        <Field
          label={t('ownPin.now')}
          value={now}
          onChange={(text) => setNow(digits(text))}
          secret
          inputMode="numeric"
          autoFocus
          testId="pin-now"
        />
        <div className={money['two']}>
          <Field
            label={t('staff.newPin')}
            value={pin}
            onChange={(text) => setPin(digits(text))}
            secret
            inputMode="numeric"
            hint={t('setup.pinHint')}
            testId="own-pin"
          />
          <Field
            label={t('setup.pinAgain')}
            value={again}
            onChange={(text) => setAgain(digits(text))}
            secret
            inputMode="numeric"
            testId="own-pin-again"
          />
        </div>
      </div>
    </Dialog>
  );
}
