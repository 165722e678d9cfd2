import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { showShortId } from '#domain/grant/shortId';
import { useGuestName } from '../../app/guestName.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { AmountField } from '../../components/AmountField.tsx';
import { Empty, Figure, Pairs } from '../../components/Bits.tsx';
import { Choice, ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Tick } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { NumberPad } from '../../components/NumberPad.tsx';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import classes from './PourByCode.module.css';
import { usePourByCode } from './usePourByCode.ts';
import type { PourByCodeStart, Waiting } from './usePourByCode.ts';

export interface PourByCodeProps extends PourByCodeStart {
  onClose: () => void;
}

type Form = ReturnType<typeof usePourByCode>;

export function PourByCode({ onClose, ...start }: PourByCodeProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const form = usePourByCode(start, onClose);
  const { chosen } = form;
  if (!chosen)
    return (
      <Dialog
        title={t('code.title')}
        cancel={t('dialog.close')}
        onClose={onClose}
        testId="dialog-pour-by-code"
      >
        <Empty icon={<IconCheck size={40} />}>{t('code.none')}</Empty>
      </Dialog>
    );
  return (
    <Dialog
      title={t('code.title')}
      subtitle={t('code.subtitle')}
      size={900}
      onClose={onClose}
      problem={problemText(form.action.problem, 'code.unreachable')}
      confirm={{
        label: t('code.confirm', { sum: format.money(form.cost_minor) }),
        blocked: whyNot(form, t, format),
        busy: form.action.busy,
        minWidth: 288,
        onConfirm: () => form.action.run(chosen),
      }}
      testId="dialog-pour-by-code"
    >
      <div className={money['split']}>
        <div className={money['stack']}>
          {form.waiting.length > 1 && <Pours form={form} />}
          {form.unseen ? <ApprovalFields approval={form.approval} /> : <Code form={form} />}
          <Tick
            label={t('code.unseen')}
            checked={form.unseen}
            onChange={form.setUnseen}
            testId="code-unseen"
          />
          <Facts one={chosen} />
          <div className={money['two']}>
            <AmountField
              label={t('code.ml')}
              entry={form.ml}
              shown={form.volume === null ? '' : format.count(form.volume)}
              decimals={false}
              autoFocus
              onFocus={() => form.setField('ml')}
              onEntry={form.setMl}
              hint={t('code.most', { ml: format.ml(form.most) })}
              testId="ml"
            />
            <div className={classes['sum']}>
              <Figure big label={t('code.sum')} value={format.money(form.cost_minor)} />
            </div>
          </div>
          {form.volume === 0 && (
            <ReasonPicker
              reasons={[t('code.zero.nothing'), t('code.zero.foam'), t('code.zero.mistake')]}
              value={form.zeroReason}
              onChange={form.setZeroReason}
            />
          )}
        </div>
        <NumberPad onKey={form.onKey} />
      </div>
      <p className={classes['info']}>
        <IconInfoCircle size={20} />
        <span>{t('code.once')}</span>
      </p>
    </Dialog>
  );
}

type Translate = ReturnType<typeof useTranslation>['t'];

function whyNot(form: Form, t: Translate, format: ReturnType<typeof useFormat>): string | null {
  if (form.leaseLeft > 0) return t('code.mayRun', { left: format.span(form.leaseLeft) });
  if (form.unseen && !form.approval.complete) return t('approval.needed');
  if (!form.unseen && form.codeState !== 'right') return t('code.codeFirst');
  if (form.volume === null) return t('code.mlFirst');
  if (form.volume > form.most) return t('code.tooMuch');
  return form.volume === 0 && form.zeroReason.trim() === '' ? t('reason.needed') : null;
}

function Pours({ form }: { form: Form }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guestName = useGuestName();
  return (
    <Choice
      label={t('code.which')}
      columns={1}
      value={form.chosen?.grant.grant_id ?? null}
      onChange={form.pick}
      options={form.waiting.map(({ visit, grant }) => ({
        value: grant.grant_id,
        title: `${guestName(visit)} · ${t('lock.tap', { tap: format.number(grant.tap_number) })} · ${showShortId(grant.short_id)}`,
      }))}
    />
  );
}

function Code({ form }: { form: Form }) {
  const { t } = useTranslation();
  const digits = [...form.code.padEnd(6)];
  const right = form.codeState === 'right';
  return (
    <div>
      <div className={classes['code']}>
        <input
          value={form.code}
          inputMode="none"
          autoComplete="off"
          aria-label={t('code.code')}
          onChange={(event) => form.onCode(event.currentTarget.value)}
          onFocus={() => form.setField('code')}
          data-testid="code"
        />
        {digits.map((digit, index) => (
          <b key={index} className={cx(index === form.code.length && classes['next'])}>
            {digit.trim()}
          </b>
        ))}
      </div>
      <div
        className={cx(classes['state'], !right && form.codeState !== 'typing' && classes['wrong'])}
        aria-live="polite"
      >
        {right ? <IconCheck size={20} /> : form.codeState !== 'typing' && <IconAlertTriangle size={20} />}
        <span className={cx(right && 'strong')}>{t(`code.state.${form.codeState}`)}</span>
      </div>
    </div>
  );
}

function Facts({ one: { visit, grant } }: { one: Waiting }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guestName = useGuestName();
  return (
    <Pairs
      pairs={[
        [
          t('code.guest'),
          `${guestName(visit)}, ${t('visit.number', { number: visit.visit_id }).toLowerCase()}`,
        ],
        [
          t('pour.beverage'),
          `${t('lock.tap', { tap: format.number(grant.tap_number) })}, ${grant.beverage}, ${t('keg.perLitre', { price: format.money(grant.price_minor_per_litre) })}`,
        ],
        [
          t('code.begun'),
          t('code.allowed', { time: format.time(grant.created_at), ml: format.ml(grant.limit_ml) }),
        ],
      ]}
    />
  );
}
