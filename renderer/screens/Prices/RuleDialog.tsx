import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PriceRuleWire, SetPriceRuleInput } from '#domain/protocol/prices';
import { currencySign } from '#domain/texts/format';
import { showNotice } from '../../app/notices.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Button } from '../../components/Button.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ChoiceField, Field, Tick } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { client, trpc } from '../../lib/api.ts';
import { entryMinor, entryOf, entryText } from '../../lib/entry.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { clockOf, minuteOf } from './ruleText.ts';

const DAYS = [1, 2, 3, 4, 5, 6, 7];

/** A happy hour, or the price for staff: when, of what, and how much less. */
export function RuleDialog({ rule, onClose }: { rule: PriceRuleWire | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { currency } = useFormat();
  const problemText = useProblemText();
  const form = useRule(rule, onClose);
  const { data: beverages = [] } = useQuery(trpc.beverages.list.queryOptions());
  return (
    <Dialog
      title={t(rule === null ? 'prices.addRule' : 'prices.editRule')}
      size={780}
      onClose={onClose}
      problem={problemText(form.action.problem)}
      confirm={{
        label: t('guests.save'),
        blocked: form.missing === null ? null : t(`prices.missing.${form.missing}`),
        busy: form.action.busy,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-rule"
    >
      <div className={money['stack']}>
        <div className={money['two']}>
          <Field
            label={t('prices.name')}
            value={form.text.name}
            onChange={(name) => form.change({ name })}
            maxLength={80}
            autoFocus
            testId="rule-name"
          />
          <ChoiceField
            label={t('prices.what')}
            value={form.text.beverage}
            options={[
              { value: '', label: t('prices.everything') },
              ...beverages.map((one) => ({ value: String(one.beverage_id), label: one.name })),
            ]}
            onChange={(beverage) => form.change({ beverage })}
          />
        </div>
        <div className="row" role="group" aria-label={t('prices.days')}>
          {DAYS.map((day) => (
            <Button
              key={day}
              size="row"
              tone={form.days.includes(day) ? 'chosen' : 'plain'}
              pressed={form.days.includes(day)}
              onPress={() => form.toggle(day)}
              testId={`day-${day}`}
            >
              {t(`prices.day.${day}`)}
            </Button>
          ))}
        </div>
        <div className={money['two']}>
          <Field
            label={t('prices.from')}
            value={form.text.from}
            onChange={(from) => form.change({ from })}
            placeholder="17:00"
            testId="rule-from"
          />
          <Field
            label={t('prices.until')}
            value={form.text.until}
            onChange={(until) => form.change({ until })}
            placeholder="19:00"
            hint={form.overnight ? t('prices.overnight') : undefined}
            testId="rule-until"
          />
        </div>
        <div className={money['two']}>
          <ChoiceField
            label={t('prices.effect')}
            value={form.text.kind}
            options={[
              { value: 'percent', label: t('prices.percent') },
              { value: 'price', label: t('prices.fixed') },
            ]}
            onChange={(kind) => form.change({ kind: kind === 'price' ? 'price' : 'percent' })}
            testId="rule-kind"
          />
          <Field
            label={
              form.text.kind === 'percent'
                ? t('prices.percentOff')
                : t('keg.price', { sign: currencySign(currency) })
            }
            value={form.text.amount}
            onChange={(amount) => form.change({ amount })}
            inputMode="numeric"
            testId="rule-amount"
          />
        </div>
        <Tick
          label={t('prices.staffOnly')}
          checked={form.text.staff}
          onChange={(staff) => form.change({ staff })}
        />
        <ReasonPicker
          reasons={[t('prices.reason.season'), t('prices.reason.quiet'), t('prices.reason.test')]}
          value={form.reason}
          onChange={form.setReason}
        />
      </div>
    </Dialog>
  );
}

interface RuleText {
  name: string;
  beverage: string;
  from: string;
  until: string;
  kind: 'percent' | 'price';
  amount: string;
  staff: boolean;
}

function textOf(rule: PriceRuleWire | null): RuleText {
  if (rule === null)
    return {
      name: '',
      beverage: '',
      from: '17:00',
      until: '19:00',
      kind: 'percent',
      amount: '20',
      staff: false,
    };
  const { effect } = rule;
  return {
    name: rule.name,
    beverage: rule.beverage_id === null ? '' : String(rule.beverage_id),
    from: clockOf(rule.from_minute),
    until: clockOf(rule.until_minute),
    kind: effect.kind,
    amount: effect.kind === 'percent' ? String(effect.percent_off) : entryText(effect.price_minor_per_litre),
    staff: rule.staff_only,
  };
}

function useRule(rule: PriceRuleWire | null, onClose: () => void) {
  const { t } = useTranslation();
  const request_id = useRequestId();
  const [text, setText] = useState(() => textOf(rule));
  const [days, setDays] = useState<number[]>(() => rule?.weekdays ?? [1, 2, 3, 4, 5]);
  const [reason, setReason] = useState('');
  const from = minuteOf(text.from);
  const until = minuteOf(text.until, true);
  const effect = effectOf(text);
  const missing =
    text.name.trim() === ''
      ? 'name'
      : days.length === 0
        ? 'days'
        : from === null || until === null || from === until
          ? 'times'
          : effect === null
            ? 'amount'
            : reason.trim() === ''
              ? 'reason'
              : null;
  const action = useAction({
    send: () =>
      client.prices.set.mutate({
        request_id,
        replaces: rule?.rule_id ?? null,
        name: text.name.trim(),
        beverage_id: text.beverage === '' ? null : Number(text.beverage),
        weekdays: days,
        from_minute: from ?? 0,
        until_minute: until ?? 0,
        staff_only: text.staff,
        effect: effect ?? { kind: 'percent', percent_off: 1 },
        reason: reason.trim(),
      }),
    done: () => {
      void queryClient.invalidateQueries();
      window.setTimeout(() => showNotice({ kind: 'say', text: t('prices.done') }));
      onClose();
    },
  });
  return {
    text,
    change: (part: Partial<RuleText>) => setText({ ...text, ...part }),
    days,
    toggle: (day: number) =>
      setDays(days.includes(day) ? days.filter((one) => one !== day) : [...days, day].sort((a, b) => a - b)),
    overnight: from !== null && until !== null && until < from,
    reason,
    setReason,
    missing,
    action,
  };
}

function effectOf({ kind, amount }: RuleText): SetPriceRuleInput['effect'] | null {
  if (kind === 'price') {
    if (!/^\d+([.,]\d{1,2})?$/.test(amount.trim())) return null;
    return { kind, price_minor_per_litre: entryMinor(entryOf(amount.trim().replace('.', ','))) };
  }
  const percent_off = Number(amount);
  return Number.isInteger(percent_off) && percent_off >= 1 && percent_off <= 100
    ? { kind, percent_off }
    : null;
}

export function RemoveRule({ rule, onClose }: { rule: PriceRuleWire; onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const [reason, setReason] = useState('');
  const { rule_id } = rule;
  const action = useAction({
    send: () => client.prices.remove.mutate({ request_id, rule_id, reason: reason.trim() }),
    done: () => {
      void queryClient.invalidateQueries();
      window.setTimeout(() => showNotice({ kind: 'say', text: t('prices.removed') }));
      onClose();
    },
  });
  return (
    <Dialog
      title={t('prices.removeTitle')}
      subtitle={rule.name}
      onClose={onClose}
      problem={problemText(action.problem)}
      confirm={{
        label: t('prices.remove'),
        tone: 'danger',
        blocked: reason.trim() === '' ? t('reason.needed') : null,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-remove-rule"
    >
      <div className={money['stack']}>
        <p>{t('prices.removeText')}</p>
        <ReasonPicker
          reasons={[t('prices.reason.over'), t('prices.reason.mistake')]}
          value={reason}
          onChange={setReason}
          autoFocus
        />
      </div>
    </Dialog>
  );
}
