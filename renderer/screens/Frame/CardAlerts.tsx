import { IconCreditCard, IconCreditCardOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CardLookup } from '#domain/protocol/till';
import { cardTail } from '#domain/texts/format';
import { useVisit } from '../../app/board.ts';
import { cardOffer, cardTrouble, waitingCard } from '../../app/cardRouting.ts';
import { openDialog } from '../../app/dialogs.ts';
import { useGuestName } from '../../app/guestName.ts';
import { goTo } from '../../app/router.ts';
import type { Place } from '../../app/router.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Button } from '../../components/Button.tsx';
import { client, trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { problemOf } from '../../lib/problem.ts';
import { useStore } from '../../lib/store.ts';
import { useAction } from '../../lib/useAction.ts';
import { AlertRow } from './AlertRow.tsx';

export function Lost({ card }: { card: CardLookup }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guestName = useGuestName();
  const { data: reports } = useQuery(trpc.cards.lost.queryOptions());
  const lost = reports?.find((one) => one.card_uid === card.uid && one.found_at === null);
  const leave = (act: () => void) => () => {
    cardOffer.set(null);
    act();
  };
  const { visit_id = null, guest_id = null } = lost ?? {};
  const whose =
    lost === undefined || guest_id === null
      ? ''
      : `${t('card.lostSince', { time: format.moment(lost.reported_at), guest: guestName({ guest_id, guest_name: lost.guest_name }) })} `;
  return (
    <AlertRow
      kind="red"
      icon={<IconCreditCardOff size={40} />}
      title={t('card.lost', { uid: spaced(card.uid) })}
      onClose={() => cardOffer.set(null)}
      testId="lost-card"
      actions={
        lost && (
          <>
            {visit_id !== null && (
              <Button
                tone="onAlert"
                onPress={leave(() => goTo({ screen: 'visits', visit_id }))}
                testId="lost-to-visit"
              >
                {t('card.lostVisit')}
              </Button>
            )}
            <Button
              tone="onAlert"
              onPress={leave(() => openDialog({ kind: 'cardFound', lost }))}
              testId="lost-found"
            >
              {t('lostCards.find')}
            </Button>
          </>
        )
      }
    >
      {whose}
      {t('card.lostText')}
    </AlertRow>
  );
}

/** E43AC9D2 → E4 3A C9 D2 */
const spaced = (uid: string): string => (uid.match(/../g) ?? [uid]).join('\u00a0');

/** A card without a visit: what it is and what can be done with it right away. */
export function Offer({ card, place }: { card: CardLookup; place: Place }) {
  const { t } = useTranslation();
  const guestName = useGuestName();
  const visit_id = place.screen === 'visits' ? place.visit_id : null;
  const { data: visit } = useVisit(visit_id);
  const problemText = useProblemText();
  const add = useAction({
    send: () => client.cards.addToPool.mutate({ uid: card.uid }),
    done: (answer) => cardOffer.set(answer),
  });
  const close = (): void => cardOffer.set(null);
  const open = (): void => {
    close();
    openDialog({ kind: 'openVisit', card_uid: card.uid, query: '', guest_id: null });
  };
  const issue = (id: number): void => {
    close();
    openDialog({ kind: 'issueCard', visit_id: id, card_uid: card.uid });
  };
  const retire = (): void => {
    close();
    openDialog({ kind: 'retireCard', card_uid: card.uid });
  };
  const problem = problemText(add.problem);
  const mayJoin = card.state === 'unknown' || card.state === 'missing';
  return (
    <AlertRow
      kind="neutral"
      icon={<IconCreditCard size={40} />}
      title={t(`card.${card.state}`, { tail: cardTail(card.uid) })}
      onClose={close}
      testId="card-offer"
      actions={
        <>
          {card.state === 'available' && visit?.state === 'active' && visit.card_uid === null && (
            <Button tone="primary" onPress={() => issue(visit.visit_id)}>
              {t('card.issueTo', { guest: guestName(visit) })}
            </Button>
          )}
          {card.state === 'available' && <Button onPress={open}>{t('visit.open')}</Button>}
          {(card.state === 'available' || card.state === 'missing') && (
            <Button tone="dangerEntry" onPress={retire} testId="offer-retire">
              {t('retire.action')}
            </Button>
          )}
          {mayJoin && (
            <Button tone="primary" busy={add.busy} onPress={() => add.run(undefined)} testId="add-to-pool">
              {t('card.addToPool')}
            </Button>
          )}
        </>
      }
    >
      {problem ?? t(`card.text.${card.state}`)}
    </AlertRow>
  );
}

/** What was read could not be looked up: it is no card, or the till does not answer. */
export function Trouble({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  return (
    <AlertRow
      kind="amber"
      slim
      icon={<IconCreditCardOff size={24} />}
      title={problemText(problemOf(error), 'problem.cardUnread')}
      onClose={() => cardTrouble.set(null)}
      testId="card-trouble"
    >
      {t('card.layAgain')}
    </AlertRow>
  );
}

export function Waiting() {
  const { t } = useTranslation();
  const card = useStore(waitingCard);
  if (card === null) return null;
  return (
    <AlertRow
      kind="neutral"
      slim
      icon={<IconCreditCard size={24} />}
      title={t('card.waits', { tail: cardTail(card.uid) })}
      onClose={() => waitingCard.set(null)}
      testId="card-waits"
    />
  );
}
