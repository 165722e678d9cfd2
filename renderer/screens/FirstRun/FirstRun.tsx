import { IconCheck, IconGlassFull, IconKey } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../app/useProblemText.ts';
import { Prompt, Steps, Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { cx } from '../../lib/cx.ts';
import { Languages } from '../SignIn/Languages.tsx';
import frame from '../SignIn/SignIn.module.css';
import classes from './FirstRun.module.css';
import { BarStep, OperatorStep, TapStep } from './SetupSteps.tsx';
import { useFirstRun } from './useFirstRun.ts';

/** A bar from nothing in three steps, or the demo bar in one press. */
export function FirstRun() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const form = useFirstRun();
  if (form.answer !== null) return <Ready form={form} />;
  const problem = problemText(form.setUp.problem ?? form.demo.problem);
  const steps = { bar: BarStep, operator: OperatorStep, tap: TapStep };
  const Step = steps[form.step];
  return (
    <Box aside={<Languages />} title={t('setup.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          form.next();
        }}
      >
        <div className={classes['body']}>
          <Steps names={[t('setup.bar'), t('setup.operator'), t('setup.tap')]} at={form.at} />
          <Step form={form} />
          <div role="alert">{problem !== null && <Warning fact={problem} />}</div>
        </div>
        <footer className={classes['foot']}>
          {form.at === 0 ? (
            <Button
              size="money"
              tone="outline"
              busy={form.demo.busy}
              onPress={() => form.demo.run(undefined)}
              testId="load-demo"
            >
              {t('setup.demo')}
            </Button>
          ) : (
            <Button size="money" tone="outline" onPress={form.back}>
              {t('dialog.back')}
            </Button>
          )}
          <Button
            submit
            size="money"
            tone="primary"
            hint="Enter"
            blocked={form.missing}
            busy={form.setUp.busy}
            testId="confirm"
          >
            {form.step === 'tap' ? t('setup.finish') : t('setup.next')}
          </Button>
        </footer>
      </form>
    </Box>
  );
}

export type SetupForm = ReturnType<typeof useFirstRun>;

function Box({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <div className={frame['stage']}>
      <div className={cx(frame['box'])} data-testid="first-run">
        <header className={frame['head']}>
          <IconGlassFull size={32} className={frame['logo']} />
          <h1>{title}</h1>
          <span className="space" />
          {aside}
        </header>
        {children}
      </div>
    </div>
  );
}

/** «… PINs: Марина 1111, Олег 2222.» → what stands after the colon */
const pinsOf = (note: string): string => note.replace(/^.*:\s*/, '').replace(/\.$/, '');

/** The recovery code is shown here and never again. */
function Ready({ form }: { form: SetupForm }) {
  const { t } = useTranslation();
  const code = form.answer?.recovery_code ?? null;
  const note = form.answer?.note ?? null;
  return (
    <Box title={t('setup.ready')}>
      <div className={classes['body']}>
        <Prompt
          done={code === null}
          icon={code === null ? <IconCheck size={80} /> : <IconKey size={72} />}
          title={code === null ? t('setup.demoReady') : t('setup.recovery')}
        >
          {code !== null && <p>{t('setup.recoveryText')}</p>}
          {note !== null && <p>{t('setup.demoPins', { pins: pinsOf(note) })}</p>}
        </Prompt>
        {code !== null && (
          <output className={classes['code']} data-testid="recovery-code">
            {code}
          </output>
        )}
      </div>
      <footer className={classes['foot']}>
        <span className="dim">{code !== null && t('setup.once')}</span>
        <Button size="money" tone="primary" onPress={form.enter} testId="confirm">
          {code === null ? t('setup.toSignIn') : t('setup.written')}
        </Button>
      </footer>
    </Box>
  );
}
