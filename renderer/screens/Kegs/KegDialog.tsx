import { IconCashBanknote, IconDroplet } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { KEG_FATES } from '#domain/keg/decideTakeOff';
import { useProblemText } from '../../app/useProblemText.ts';
import { Facts } from '../../components/Bits.tsx';
import { Choice, ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ChoiceField, Field } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { useFormat } from '../../lib/format.tsx';
import { KEG_REASONS } from './kegChanges.ts';
import type { KegChange } from './kegChanges.ts';
import { useKeg } from './useKeg.ts';
import type { KegProps, Since } from './useKeg.ts';

/** One thing that is put right about one keg. */
export function KegDialog(props: KegProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const form = useKeg(props);
  const { keg, onClose } = props;
  const { change } = form;
  const tap = keg.tap_number === null ? '' : format.number(keg.tap_number);
  const place = [
    keg.tap_number === null && keg.state === 'empty'
      ? t('keg.state.empty').toLowerCase()
      : t(`kegChange.is.${keg.state}`, { tap }),
    keg.marking_code === null ? null : t('kegChange.marked', { code: keg.marking_code }),
  ];
  return (
    <Dialog
      title={t('kegChange.title', { number: format.number(keg.keg_id), beverage: keg.beverage })}
      subtitle={place.filter(Boolean).join(' · ')}
      size={780}
      onClose={onClose}
      problem={problemText(form.action.problem)}
      confirm={{
        label: t(`kegChange.confirm.${change}`),
        tone: change === 'giveBack' ? 'danger' : 'primary',
        blocked: form.blocked,
        busy: form.action.busy,
        onConfirm: () => form.action.run(change),
      }}
      testId="dialog-keg"
    >
      <div className={money['stack']}>
        <Choice
          label={t('kegChange.what')}
          value={change}
          onChange={(next) => form.setChange(next as KegChange)}
          options={form.changes.map((one) => ({ value: one, title: t(`kegChange.change.${one}`) }))}
          autoFocus
        />
        {change === 'mark' ? (
          <Field
            label={t('kegChange.code')}
            value={form.code}
            onChange={form.setCode}
            hint={t('kegChange.codeHint')}
            maxLength={200}
            testId="marking-code"
          />
        ) : (
          <Facts
            facts={[
              { icon: <IconDroplet size={20} />, text: t(`kegChange.text.${change}`) },
              {
                icon: <IconCashBanknote size={20} />,
                text: t(`kegChange.money.${change}`, { left: format.litres(Math.max(0, keg.remaining_ml)) }),
              },
            ]}
          />
        )}
        {change === 'correct' && <RightKeg form={form} />}
        {KEG_REASONS[change].length > 0 && (
          <ReasonPicker
            key={change}
            reasons={KEG_REASONS[change].map((one) => t(`kegChange.reason.${one}`))}
            value={form.reason}
            onChange={form.setReason}
          />
        )}
      </div>
    </Dialog>
  );
}

function RightKeg({ form: { right } }: { form: ReturnType<typeof useKeg> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const since: [Since, string | null][] = [
    ['opened', right.opened_at && t('kegChange.sinceOpened', { at: format.moment(right.opened_at) })],
    ['shift', right.shift_at && t('kegChange.sinceShift', { at: format.moment(right.shift_at) })],
    ['time', t('kegChange.sinceTime')],
  ];
  return (
    <>
      <div className={money['two']}>
        <ChoiceField
          label={t('kegChange.really')}
          value={String(right.to?.keg_id ?? '')}
          options={
            right.others.length === 0
              ? [{ value: '', label: t('kegChange.none') }]
              : right.others.map((keg) => ({
                  value: String(keg.keg_id),
                  label: t('kegChange.kegOf', {
                    number: format.number(keg.keg_id),
                    beverage: keg.beverage,
                    left: format.litres(keg.remaining_ml),
                  }),
                }))
          }
          onChange={(keg_id) => right.setTo(Number(keg_id))}
          testId="right-keg"
        />
        <Fate right={right} />
      </div>
      <div className={right.since === 'time' ? money['two'] : undefined}>
        <ChoiceField
          label={t('kegChange.since')}
          value={right.since}
          options={since.flatMap(([value, label]) => (label === null ? [] : [{ value, label }]))}
          onChange={(value) => right.setSince(value as Since)}
          testId="since"
        />
        {right.since === 'time' && (
          <Field
            label={t('kegChange.time')}
            value={right.time}
            onChange={right.setTime}
            placeholder="18:30"
            maxLength={5}
            testId="since-time"
          />
        )}
      </div>
    </>
  );
}

function Fate({ right }: { right: ReturnType<typeof useKeg>['right'] }) {
  const { t } = useTranslation();
  return (
    <ChoiceField
      label={t('kegChange.then')}
      value={right.fate}
      options={KEG_FATES.map((value) => ({ value, label: t(`service.fates.${value}`) }))}
      onChange={(fate) => right.setFate(KEG_FATES.find((one) => one === fate) ?? 'partial')}
      testId="fate"
    />
  );
}
