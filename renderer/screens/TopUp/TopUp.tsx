import { useTranslation } from 'react-i18next';
import type { VisitWire } from '#domain/protocol/till';
import { useProblemText } from '../../app/useProblemText.ts';
import { AmountField } from '../../components/AmountField.tsx';
import { Figure } from '../../components/Bits.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Methods } from '../../components/Methods.tsx';
import money from '../../components/Money.module.css';
import { NumberPad } from '../../components/NumberPad.tsx';
import { QuickAmounts } from '../../components/QuickAmounts.tsx';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { useWhom } from '../dialogParts.ts';
import { useTopUp } from './useTopUp.ts';
import type { TopUpModel } from './useTopUp.ts';

export function TopUp({ visit, onClose }: { visit: VisitWire; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const whom = useWhom();
  const problemText = useProblemText();
  const form = useTopUp(visit, onClose);
  const blocked = form.empty
    ? t('topUp.noAmount')
    : form.tooMuch
      ? t('money.tooMuch')
      : form.short
        ? t('topUp.short')
        : null;
  return (
    <Dialog
      title={t('topUp.title')}
      subtitle={whom(visit)}
      aside={<Methods method={form.method} onChange={form.setMethod} />}
      size={900}
      onClose={onClose}
      problem={problemText(form.problem, 'topUp.unreachable')}
      confirm={{
        label: form.empty ? t('topUp.take') : t('topUp.confirm', { sum: format.money(form.amount_minor) }),
        blocked,
        busy: form.busy,
        minWidth: 288,
        onConfirm: form.confirm,
      }}
      testId="dialog-top-up"
    >
      <div className={money['split']}>
        <div>
          <Fields form={form} />
          <div className={cx(money['two'], money['result'])}>
            <Figure
              label={t('topUp.balanceAfter')}
              value={format.money(visit.balance_minor + form.amount_minor)}
              note={t('topUp.balanceNow', { sum: format.money(visit.balance_minor) })}
            />
            {form.method === 'cash' && (
              <Figure
                big
                label={form.short ? t('topUp.missing') : t('money.change')}
                value={format.money(Math.abs(form.change_minor))}
                attention={form.short}
                testId="change"
              />
            )}
          </div>
        </div>
        <NumberPad onKey={form.onKey} />
      </div>
    </Dialog>
  );
}

function Fields({ form }: { form: TopUpModel }) {
  const { t } = useTranslation();
  const format = useFormat();
  const quick = form.quick.map((minor) => ({ minor, label: short(format.moneyShort(minor)) }));
  const notes = [
    { minor: form.amount_minor, label: t('topUp.exact') },
    ...form.notes.map((minor) => ({ minor, label: short(format.moneyShort(minor)) })),
  ];
  return (
    <div className={money['two']}>
      <div className={money['stack']}>
        <AmountField
          label={t('money.amount')}
          entry={form.amount}
          shown={format.money(form.amount_minor)}
          autoFocus
          onFocus={() => form.setField('amount')}
          onEntry={(entry) => form.enter('amount', entry)}
          testId="amount"
        />
        <QuickAmounts
          options={quick}
          chosen={form.amount_minor}
          onChoose={(minor) => form.choose('amount', minor)}
        />
      </div>
      {form.method === 'cash' && (
        <div className={money['stack']}>
          <AmountField
            label={t('topUp.given')}
            entry={form.received}
            shown={format.money(form.received_minor)}
            onFocus={() => form.setField('received')}
            onEntry={(entry) => form.enter('received', entry)}
            testId="received"
          />
          <QuickAmounts
            options={notes}
            chosen={form.received_minor === 0 ? -1 : form.received_minor}
            onChoose={(minor) => form.choose('received', minor)}
          />
        </div>
      )}
    </div>
  );
}

/** On a key the figure is enough: «1 500 ₽» → «1 500» */
const short = (text: string): string => text.replace(/[^\d.,\u00a0]/g, '').trim();
