import { IconCashBanknote, IconCreditCard, IconEye } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LostCardRow } from '#domain/protocol/cards';
import { cardTail } from '#domain/texts/format';
import { showNotice } from '../../app/notices.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Facts } from '../../components/Bits.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { client, trpc } from '../../lib/api.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';

/** Somebody has the card in hand: it goes back to the pool. */
export function CardFound({ lost, onClose }: { lost: LostCardRow; onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const tail = cardTail(lost.card_uid);
  const action = useAction({
    send: () => client.cards.found.mutate({ request_id, lost_id: lost.lost_id }),
    done: (rows) => {
      queryClient.setQueryData(trpc.cards.lost.queryKey(), rows);
      window.setTimeout(() => showNotice({ kind: 'say', text: t('lostCards.done', { tail }) }));
      onClose();
    },
  });
  return (
    <Dialog
      title={t('lostCards.findTitle', { tail })}
      onClose={onClose}
      problem={problemText(action.problem, 'lostCards.unreachable')}
      confirm={{
        label: t('lostCards.confirm'),
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-card-found"
    >
      <Facts
        facts={[
          { icon: <IconEye size={20} />, text: t('lostCards.compare', { uid: lost.card_uid }) },
          { icon: <IconCreditCard size={20} />, text: t('lostCards.pool') },
          { icon: <IconCashBanknote size={20} />, text: t('lostCards.money') },
        ]}
      />
    </Dialog>
  );
}
