import { IconCashBanknote, IconCreditCard, IconDroplet } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { canonicalUid } from '#domain/card/uid';
import { cardTail } from '#domain/texts/format';
import { HOUSE_PURPOSES } from '#domain/visit/house';
import type { HousePurpose } from '#domain/visit/house';
import { keepVisit } from '../../app/board.ts';
import { openDialog } from '../../app/dialogs.ts';
import { goTo } from '../../app/router.ts';
import { sessionStore } from '../../app/session.ts';
import { useApprovalInPlace } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Facts } from '../../components/Bits.tsx';
import { Choice, ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import money from '../../components/Money.module.css';
import { client } from '../../lib/api.ts';
import { useCards } from '../../lib/cards.ts';
import { useStore } from '../../lib/store.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';

export interface OpenHouseProps {
  card_uid: string | null;
  onClose: () => void;
}

/** Beer that the house pays for: what for, why, and a shift lead who stands for it. */
export function OpenHouse(props: OpenHouseProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const form = useOpenHouse(props);
  const { pin, card_uid } = form;
  const card = card_uid === null ? [] : [t('open.withCard', { tail: cardTail(card_uid) })];
  return (
    <Dialog
      title={t('house.title')}
      size={780}
      onClose={props.onClose}
      problem={problemText(form.action.problem, 'house.unreachable')}
      confirm={{
        label: card_uid === null ? t('open.next') : t('visit.open'),
        blocked: form.blocked,
        busy: form.action.busy,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-open-house"
    >
      <div className={money['stack']}>
        <Choice
          label={t('house.what')}
          value={form.purpose}
          onChange={(value) => form.setPurpose(HOUSE_PURPOSES.find((one) => one === value) ?? null)}
          options={HOUSE_PURPOSES.map((value) => ({ value, title: t(`house.purpose.${value}`) }))}
          autoFocus
        />
        <Facts
          facts={[
            { icon: <IconDroplet size={20} />, text: t('house.beer') },
            { icon: <IconCashBanknote size={20} />, text: t('house.money') },
            ...card.map((text) => ({ icon: <IconCreditCard size={20} />, text })),
          ]}
        />
        <ReasonPicker
          reasons={['newBeer', 'guests', 'check', 'shift'].map((one) => t(`house.reason.${one}`))}
          value={form.reason}
          onChange={form.setReason}
        />
        {pin.asked && <ApprovalFields approval={pin.approval} />}
      </div>
    </Dialog>
  );
}

function useOpenHouse({ card_uid: first, onClose }: OpenHouseProps) {
  const { t } = useTranslation();
  const request_id = useRequestId();
  const [purpose, setPurpose] = useState<HousePurpose | null>(null);
  const [reason, setReason] = useState('');
  const [card_uid, setCard] = useState(first);
  const role = useStore(sessionStore)?.operator.role;
  const pin = useApprovalInPlace(role === 'cashier');
  useCards((read) => {
    const reading = canonicalUid(read);
    if (reading.ok) setCard(reading.uid);
  });
  const action = useAction({
    send: () =>
      client.visits.openHouse.mutate({
        request_id,
        purpose: purpose ?? 'tasting',
        card_uid,
        reason: reason.trim(),
        approval: pin.given,
      }),
    done: (visit) => {
      keepVisit(visit);
      goTo({ screen: 'visits', visit_id: visit.visit_id });
      if (visit.card_uid === null)
        openDialog({ kind: 'issueCard', visit_id: visit.visit_id, card_uid: null });
      else onClose();
    },
    failed: pin.ask,
  });
  const blocked =
    purpose === null
      ? t('house.purposeFirst')
      : reason.trim() === ''
        ? t('reason.needed')
        : pin.missing
          ? t('approval.needed')
          : null;
  return { purpose, setPurpose, reason, setReason, card_uid, pin, blocked, action };
}
