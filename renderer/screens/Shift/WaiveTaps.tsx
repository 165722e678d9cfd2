import { IconCashBanknote, IconWifiOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApproval } from '../../app/useApproval.ts';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Facts } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { useFormat } from '../../lib/format.tsx';
import { waived } from './closing.ts';

export interface WaiveTapsProps {
  tap_numbers: number[];
  onClose: () => void;
}

/** The shift may close without these taps; what they still hold arrives later and moves no money of the closed shift. */
export function WaiveTaps({ tap_numbers, onClose }: WaiveTapsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const approval = useApproval();
  const [reason, setReason] = useState('');
  const blocked = reason.trim() === '' ? t('reason.needed') : approval.complete ? null : t('approval.needed');
  const confirm = (): void => {
    waived.set({ tap_numbers, reason: reason.trim(), approval: approval.given });
    onClose();
  };
  return (
    <Dialog
      title={t('waive.title')}
      subtitle={tap_numbers.map((number) => t('lock.tap', { tap: format.number(number) })).join(', ')}
      onClose={onClose}
      confirm={{ label: t('waive.confirm'), blocked, onConfirm: confirm }}
      testId="dialog-waive-taps"
    >
      <Facts
        facts={[
          { icon: <IconWifiOff size={20} />, text: t('waive.pours') },
          { icon: <IconCashBanknote size={20} />, text: t('waive.money') },
        ]}
      />
      <ReasonPicker
        reasons={[t('waive.reason.off'), t('waive.reason.broken'), t('waive.reason.network')]}
        value={reason}
        onChange={setReason}
        autoFocus
      />
      <div style={{ marginTop: 16 }}>
        <ApprovalFields approval={approval} />
      </div>
    </Dialog>
  );
}
