import { IconBan, IconCashBanknote, IconEraser, IconReceipt } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GuestWire } from '#domain/protocol/guests';
import { useGuestName } from '../../app/guestName.ts';
import { showNotice } from '../../app/notices.ts';
import { useApproval } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Facts, Warning } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { client } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { keepGuest } from './GuestCard.tsx';

export interface GuestDialogProps {
  guest: GuestWire;
  onClose: () => void;
}

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

export function EditGuest({ guest, onClose }: GuestDialogProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const [name, setName] = useState(guest.name ?? '');
  const [phone, setPhone] = useState(guest.phone ?? '');
  const [display, setDisplay] = useState(guest.display_name ?? '');
  const action = useAction({
    send: () =>
      client.guests.update.mutate({
        request_id,
        guest_id: guest.guest_id,
        name: textOrNull(name),
        phone: textOrNull(phone),
        display_name: textOrNull(display),
      }),
    done: (answer) => {
      keepGuest(answer);
      onClose();
    },
  });
  return (
    <Dialog
      title={t('guests.editTitle')}
      onClose={onClose}
      problem={problemText(action.problem)}
      confirm={{ label: t('guests.save'), busy: action.busy, onConfirm: () => action.run(undefined) }}
      testId="dialog-edit-guest"
    >
      <div className={money['stack']}>
        <Field
          label={t('guests.name')}
          value={name}
          onChange={setName}
          maxLength={80}
          autoFocus
          testId="guest-name"
        />
        <Field
          label={t('open.phone')}
          value={phone}
          onChange={setPhone}
          inputMode="tel"
          maxLength={30}
          placeholder={t('open.phoneHint')}
        />
        <Field
          label={t('guests.display')}
          value={display}
          onChange={setDisplay}
          maxLength={40}
          hint={t('guests.displayHint')}
        />
      </div>
    </Dialog>
  );
}

export function BlockGuest({ guest, onClose }: GuestDialogProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const guestName = useGuestName();
  const request_id = useRequestId();
  const [reason, setReason] = useState('');
  const blocked = guest.blocked_at === null;
  const { guest_id, name: guest_name } = guest;
  const action = useAction({
    send: () => client.guests.setBlocked.mutate({ request_id, guest_id, blocked, reason: reason.trim() }),
    done: (answer) => {
      keepGuest(answer);
      onClose();
    },
  });
  return (
    <Dialog
      title={t(blocked ? 'guests.blockTitle' : 'guests.unblockTitle')}
      subtitle={guestName({ guest_id, guest_name })}
      onClose={onClose}
      problem={problemText(action.problem)}
      confirm={{
        label: t(blocked ? 'guests.block' : 'guests.unblock'),
        tone: blocked ? 'danger' : 'primary',
        blocked: reason.trim() === '' ? t('reason.needed') : null,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-block-guest"
    >
      <Facts
        facts={[
          {
            icon: <IconBan size={20} />,
            text: t(blocked ? 'guests.blockText' : 'guests.unblockText'),
          },
          { icon: <IconCashBanknote size={20} />, text: t('guests.moneyStays') },
        ]}
      />
      <ReasonPicker
        reasons={
          blocked
            ? [t('guests.reason.drunk'), t('guests.reason.rude'), t('guests.reason.young')]
            : [t('guests.reason.settled'), t('guests.reason.mistake')]
        }
        value={reason}
        onChange={setReason}
        autoFocus
      />
    </Dialog>
  );
}

/** Name and phone go for good; what the bar has to keep of the money stays, under a number. */
export function EraseGuest({ guest, onClose }: GuestDialogProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const guestName = useGuestName();
  const request_id = useRequestId();
  const approval = useApproval();
  const [reason, setReason] = useState('');
  const { guest_id, name: guest_name, balance_minor } = guest;
  const action = useAction({
    send: () =>
      client.guests.erase.mutate({
        request_id,
        guest_id,
        reason: reason.trim(),
        remainder: balance_minor > 0 ? 'unclaimed' : 'none',
        approval: approval.given,
      }),
    done: (answer) => {
      keepGuest(answer);
      window.setTimeout(() => showNotice({ kind: 'say', text: t('guests.eraseDone') }));
      onClose();
    },
  });
  return (
    <Dialog
      title={t('guests.eraseTitle')}
      subtitle={guestName({ guest_id, guest_name })}
      onClose={onClose}
      problem={problemText(action.problem)}
      confirm={{
        label: t('guests.erase'),
        tone: 'danger',
        blocked: reason.trim() === '' ? t('reason.needed') : approval.complete ? null : t('approval.needed'),
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-erase-guest"
    >
      <div className={money['stack']}>
        {balance_minor > 0 && (
          <Warning fact={t('guests.eraseMoney', { sum: format.money(balance_minor) })}>
            {t('guests.eraseMoneyText')}
          </Warning>
        )}
        <Facts
          facts={[
            { icon: <IconEraser size={20} />, text: t('guests.eraseText') },
            { icon: <IconReceipt size={20} />, text: t('guests.eraseStays') },
          ]}
        />
        <ReasonPicker
          reasons={[t('guests.reason.asked'), t('guests.reason.double')]}
          value={reason}
          onChange={setReason}
          autoFocus
        />
        <ApprovalFields approval={approval} />
      </div>
    </Dialog>
  );
}
