import { IconCashBanknote, IconDroplet } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGuestName } from '../../app/guestName.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Facts } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import money from '../../components/Money.module.css';
import { client } from '../../lib/api.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { keepGuest } from './GuestCard.tsx';
import type { GuestDialogProps } from './GuestDialogs.tsx';

/** Who works here drinks at the price for staff, where there is one. */
export function StaffPrice({ guest, onClose }: GuestDialogProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const guestName = useGuestName();
  const request_id = useRequestId();
  const [reason, setReason] = useState('');
  const { guest_id, name: guest_name } = guest;
  const staff = !guest.staff;
  const what = staff ? 'give' : 'take';
  const action = useAction({
    send: () => client.prices.setStaff.mutate({ request_id, guest_id, staff, reason: reason.trim() }),
    done: (answer) => {
      keepGuest({ ...guest, staff: answer.staff });
      onClose();
    },
  });
  const reasons = staff ? ['works', 'family'] : ['left', 'mistake'];
  return (
    <Dialog
      title={t(`staffPrice.title.${what}`)}
      subtitle={guestName({ guest_id, guest_name })}
      onClose={onClose}
      problem={problemText(action.problem)}
      confirm={{
        label: t(`staffPrice.confirm.${what}`),
        blocked: reason.trim() === '' ? t('reason.needed') : null,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-staff-price"
    >
      <div className={money['stack']}>
        <Facts
          facts={[
            { icon: <IconCashBanknote size={20} />, text: t(`staffPrice.text.${what}`) },
            { icon: <IconDroplet size={20} />, text: t('staffPrice.next') },
          ]}
        />
        <ReasonPicker
          reasons={reasons.map((one) => t(`staffPrice.reason.${one}`))}
          value={reason}
          onChange={setReason}
          autoFocus
        />
      </div>
    </Dialog>
  );
}
