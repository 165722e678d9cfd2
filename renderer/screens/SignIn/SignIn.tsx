import { IconGlassFull } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { OperatorWire } from '#domain/protocol/till';
import { useProblemText } from '../../app/useProblemText.ts';
import { Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Choice } from '../../components/Choice.tsx';
import { Field } from '../../components/Field.tsx';
import { NumberPad } from '../../components/NumberPad.tsx';
import { Languages } from './Languages.tsx';
import classes from './SignIn.module.css';
import { useSignIn } from './useSignIn.ts';

export function SignIn({ operators }: { operators: OperatorWire[] }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const form = useSignIn(operators);
  const problem = problemText(form.action.problem);
  return (
    <div className={classes['stage']}>
      <form
        className={classes['box']}
        data-testid="sign-in"
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        <header className={classes['head']}>
          <IconGlassFull size={32} className={classes['logo']} />
          <h1>{t('signIn.title')}</h1>
          <span className="space" />
          <Languages />
        </header>
        <div className={classes['body']}>
          <div className={classes['side']}>
            <div className={classes['operators']}>
              <Choice
                label={t('signIn.who')}
                columns={1}
                value={String(form.operator_id)}
                onChange={(value) => form.choose(Number(value))}
                options={operators.map((one) => ({
                  value: String(one.id),
                  title: one.name,
                  note: t(`role.${one.role}`),
                }))}
              />
            </div>
            <div role="alert">{problem !== null && <Warning fact={problem} />}</div>
          </div>
          <div className={classes['side']}>
            <Field
              label={t('signIn.pin')}
              value={form.pin}
              onChange={form.setPin}
              secret
              size="large"
              inputMode="none"
              autoFocus
              maxLength={12}
              testId="pin"
            />
            <NumberPad corner={null} onKey={form.onKey} />
            <Button
              submit
              size="money"
              tone="primary"
              wide
              hint="Enter"
              busy={form.action.busy}
              blocked={form.short ? t('signIn.short') : null}
              testId="confirm"
            >
              {t('signIn.confirm')}
            </Button>
          </div>
        </div>
      </form>
    </div>
  );
}
