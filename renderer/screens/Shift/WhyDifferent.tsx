import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Warning } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { useFormat } from '../../lib/format.tsx';

export interface WhyDifferentProps {
  counted: number;
  busy: boolean;
  problem: string | null;
  /** what is done once the reason is given */
  confirm?: string;
  onClose: () => void;
  onReason: (reason: string) => void;
}

/** The count is far off. By how much stays hidden until the shift is closed: count again, or say why. */
export function WhyDifferent({ counted, busy, problem, confirm, onClose, onReason }: WhyDifferentProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [reason, setReason] = useState('');
  return (
    <Dialog
      title={t('different.title')}
      subtitle={t('different.counted', { sum: format.money(counted) })}
      onClose={onClose}
      cancel={t('different.again')}
      problem={problem}
      confirm={{
        label: confirm ?? t('shift.toClose'),
        blocked: reason.trim() === '' ? t('reason.needed') : null,
        busy,
        onConfirm: () => onReason(reason.trim()),
      }}
      testId="dialog-why-different"
    >
      <Warning fact={t('different.fact')}>{t('different.text')}</Warning>
      <ReasonPicker
        reasons={[
          t('different.reason.change'),
          t('different.reason.unbooked'),
          t('different.reason.unknown'),
        ]}
        value={reason}
        onChange={setReason}
        autoFocus
      />
    </Dialog>
  );
}
