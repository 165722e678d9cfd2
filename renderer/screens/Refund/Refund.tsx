import { useTranslation } from 'react-i18next';
import type { VisitWire } from '#domain/protocol/till';
import { useProblemText } from '../../app/useProblemText.ts';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { AmountField } from '../../components/AmountField.tsx';
import { Figure, Warning } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Methods } from '../../components/Methods.tsx';
import money from '../../components/Money.module.css';
import { NumberPad } from '../../components/NumberPad.tsx';
import { typeKey } from '../../lib/entry.ts';
import { useFormat } from '../../lib/format.tsx';
import { useWhom } from '../dialogParts.ts';
import { useRefund } from './useRefund.ts';

export function Refund({ visit: newest, onClose }: { visit: VisitWire; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const whom = useWhom();
  const problemText = useProblemText();
  const form = useRefund(newest, onClose);
  const { visit } = form;
  const reasons = [t('refund.reason.leaves'), t('refund.reason.mistake'), t('refund.reason.quality')];
  return (
    <Dialog
      title={t('refund.title')}
      subtitle={whom(visit)}
      aside={<Methods method={form.method} onChange={form.setMethod} />}
      size={900}
      onClose={onClose}
      problem={problemText(form.action.problem, 'refund.unreachable')}
      confirm={{
        label: t('refund.confirm', { sum: format.money(form.given_minor) }),
        blocked: form.blocked,
        busy: form.action.busy,
        minWidth: 288,
        onConfirm: () => form.action.run(visit),
      }}
      testId="dialog-refund"
    >
      <div className={money['split']}>
        <div className={money['stack']}>
          {visit.reserved_minor > 0 && (
            <Warning fact={t('refund.reserved', { sum: format.money(visit.reserved_minor) })}>
              {t('refund.reservedText')}
            </Warning>
          )}
          <div className={money['two']}>
            <AmountField
              label={t('money.amount')}
              entry={form.entry}
              shown={format.money(form.amount_minor)}
              autoFocus
              onEntry={form.setEntry}
              hint={t('refund.most', { sum: format.money(form.free) })}
              testId="amount"
            />
            <Figure
              label={t('topUp.balanceAfter')}
              value={format.money(visit.balance_minor - form.amount_minor)}
              note={t('topUp.balanceNow', { sum: format.money(visit.balance_minor) })}
            />
          </div>
          {form.given_minor !== form.amount_minor && (
            <p data-testid="cash-rounded">{t('cash.given', { sum: format.money(form.given_minor) })}</p>
          )}
          <ReasonPicker reasons={reasons} value={form.reason} onChange={form.setReason} />
          {form.pin.asked && <ApprovalFields approval={form.pin.approval} autoFocus />}
        </div>
        <NumberPad onKey={(key) => form.setEntry(typeKey(form.entry, key))} />
      </div>
    </Dialog>
  );
}
