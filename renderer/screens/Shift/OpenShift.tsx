import { IconCashRegister, IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { showNotice } from '../../app/notices.ts';
import { goTo } from '../../app/router.ts';
import { sessionStore } from '../../app/session.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { AmountField } from '../../components/AmountField.tsx';
import { Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { NumberPad } from '../../components/NumberPad.tsx';
import { Page } from '../../components/Page.tsx';
import { client } from '../../lib/api.ts';
import { entryMinor, entryOf, typeKey } from '../../lib/entry.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { useStore } from '../../lib/store.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import classes from './Shift.module.css';

export function OpenShift() {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const form = useOpenShift();
  const problem = problemText(form.action.problem);
  return (
    <Page
      title={t('shift.openTitle')}
      testId="open-shift"
      foot={
        <>
          <div className="row">
            {form.mayOpen && (
              <Button
                icon={<IconHistory size={20} />}
                onPress={() => goTo({ screen: 'shift', step: 'history' })}
                testId="shifts-before"
              >
                {t('zx.history')}
              </Button>
            )}
            <span className="dim">{t('shift.closedText')}</span>
          </div>
          <Button
            size="money"
            tone="primary"
            icon={<IconCashRegister size={24} />}
            blocked={form.mayOpen ? null : t('blocked.not_your_role.short')}
            onBlocked={() => showNotice({ kind: 'say', text: t('blocked.not_your_role.instead') })}
            busy={form.action.busy}
            onPress={() => form.action.run(undefined)}
            testId="confirm"
          >
            {t('shift.openConfirm', { sum: format.money(form.float_minor) })}
          </Button>
        </>
      }
    >
      <form
        className={classes['open']}
        onSubmit={(event) => {
          event.preventDefault();
          if (form.mayOpen) form.action.run(undefined);
        }}
      >
        <div className={classes['stack']}>
          <AmountField
            label={t('shift.float')}
            entry={form.entry}
            shown={format.money(form.float_minor)}
            autoFocus
            onEntry={form.setEntry}
            hint={t('shift.floatHint')}
            testId="float"
          />
          <div role="alert">{problem !== null && <Warning fact={problem} />}</div>
        </div>
        <NumberPad onKey={(key) => form.setEntry(typeKey(form.entry, key))} />
      </form>
    </Page>
  );
}

function useOpenShift() {
  const session = useStore(sessionStore);
  const request_id = useRequestId();
  const [entry, setEntry] = useState(entryOf(''));
  const float_minor = entryMinor(entry);
  const action = useAction({
    send: () => client.shifts.open.mutate({ request_id, float_minor }),
    done: () => {
      void queryClient.invalidateQueries();
      goTo({ screen: 'visits', visit_id: null });
    },
  });
  return { entry, setEntry, float_minor, action, mayOpen: session?.operator.role !== 'cashier' };
}
