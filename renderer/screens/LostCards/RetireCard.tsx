import { IconCashBanknote, IconCreditCardOff, IconEye } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cardTail } from '#domain/texts/format';
import { showNotice } from '../../app/notices.ts';
import { sessionStore } from '../../app/session.ts';
import { useApprovalInPlace } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Facts } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { client, trpc } from '../../lib/api.ts';
import { useCards } from '../../lib/cards.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useStore } from '../../lib/store.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';

/** A card that is broken or worn out leaves the pool; laid on the reader, or by its number when no reader reads it any more. */
export function RetireCard({ card_uid, onClose }: { card_uid: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const form = useRetireCard(card_uid, onClose);
  const { uid, reason, pin, action } = form;
  return (
    <Dialog
      title={uid === '' ? t('retire.which') : t('retire.title', { tail: cardTail(uid) })}
      onClose={onClose}
      problem={problemText(action.problem, 'retire.unreachable')}
      confirm={{
        label: t('retire.confirm'),
        tone: 'danger',
        blocked: form.blocked,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-retire-card"
    >
      <div className={money['stack']}>
        {card_uid === null && (
          <Field
            label={t('retire.uid')}
            value={uid}
            onChange={form.setUid}
            hint={t('retire.lay')}
            maxLength={40}
            autoFocus
            testId="uid"
          />
        )}
        <Facts
          facts={[
            ...(card_uid === null
              ? []
              : [{ icon: <IconEye size={20} />, text: t('retire.compare', { uid: card_uid }) }]),
            { icon: <IconCreditCardOff size={20} />, text: t('retire.gone') },
            { icon: <IconCashBanknote size={20} />, text: t('retire.money') },
          ]}
        />
        <ReasonPicker
          reasons={[t('retire.reason.broken'), t('retire.reason.worn'), t('retire.reason.old')]}
          value={reason}
          onChange={form.setReason}
          autoFocus={card_uid !== null}
        />
        {pin.asked && <ApprovalFields approval={pin.approval} />}
      </div>
    </Dialog>
  );
}

function useRetireCard(card_uid: string | null, onClose: () => void) {
  const { t } = useTranslation();
  const request_id = useRequestId();
  const [typed, setUid] = useState(card_uid ?? '');
  const [reason, setReason] = useState('');
  const role = useStore(sessionStore)?.operator.role;
  const pin = useApprovalInPlace(role === 'cashier');
  const uid = typed.trim();
  useCards(setUid, card_uid === null);
  const action = useAction({
    send: () => client.cards.retire.mutate({ request_id, uid, reason: reason.trim(), approval: pin.given }),
    done: (card) => {
      void queryClient.invalidateQueries({ queryKey: trpc.cards.pathKey() });
      window.setTimeout(() =>
        showNotice({ kind: 'say', text: t('retire.done', { tail: cardTail(card.uid) }) }),
      );
      onClose();
    },
    failed: pin.ask,
  });
  const blocked =
    uid === ''
      ? t('retire.noUid')
      : reason.trim() === ''
        ? t('reason.needed')
        : pin.missing
          ? t('approval.needed')
          : null;
  return { uid: typed, setUid, reason, setReason, pin, blocked, action };
}
