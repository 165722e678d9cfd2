import { IconCloudOff, IconCreditCard, IconCreditCardOff, IconNfcOff, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, CardLookup } from '#domain/protocol/till';
import { cardOffer, cardTrouble, waitingCard } from '../../app/cardRouting.ts';
import { openDialog } from '../../app/dialogs.ts';
import type { Place } from '../../app/router.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { useVisit } from '../../app/board.ts';
import { useGuestName } from '../../app/guestName.ts';
import { Button } from '../../components/Button.tsx';
import { client } from '../../lib/api.ts';
import { useNow } from '../../lib/clock.ts';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { problemOf } from '../../lib/problem.ts';
import { useStore } from '../../lib/store.ts';
import { useAction } from '../../lib/useAction.ts';
import { connection, liveReader } from '../../live/events.ts';
import { cardTail } from '#domain/texts/format';
import classes from './Frame.module.css';

export interface AlertsProps {
  board: BoardWire;
  offer: CardLookup | null;
  trouble: unknown;
  place: Place;
}

/** Full-width rows under the search. They take no focus and touch no typed input. */
export function Alerts({ board, offer, trouble, place }: AlertsProps) {
  return (
    <div className={classes['alerts']}>
      <Offline />
      <Reader board={board} />
      {offer !== null &&
        (offer.state === 'lost' ? <Lost card={offer} /> : <Offer card={offer} place={place} />)}
      {trouble !== null && <Trouble error={trouble} />}
      <Waiting />
    </div>
  );
}

interface AlertRowProps {
  kind: 'red' | 'amber' | 'neutral';
  icon: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  slim?: boolean;
  onClose?: () => void;
  testId?: string;
}

function AlertRow({ kind, icon, title, children, actions, slim, onClose, testId }: AlertRowProps) {
  const { t } = useTranslation();
  return (
    <section
      className={cx(classes['alert'], kind !== 'red' && classes[kind], slim && classes['slim'])}
      role={kind === 'red' ? 'alert' : 'status'}
      data-testid={testId}
    >
      {icon}
      <div className={classes['alertWords']}>
        <h2>{title}</h2>
        {children !== undefined && <p>{children}</p>}
      </div>
      {actions}
      {onClose && (
        <Button
          square
          label={t('dialog.close')}
          tone={kind === 'red' ? 'onAlert' : 'outline'}
          icon={<IconX size={20} />}
          onPress={onClose}
        />
      )}
    </section>
  );
}

function Offline() {
  const { t } = useTranslation();
  const format = useFormat();
  const { online, since } = useStore(connection);
  useNow();
  if (online) return null;
  return (
    <AlertRow
      kind="amber"
      icon={<IconCloudOff size={40} />}
      testId="offline"
      title={
        <>
          {t('offline.title')},{' '}
          <span className="num" aria-hidden="true">
            {format.span(Date.now() - since)}
          </span>
        </>
      }
    >
      {t('offline.text')}
    </AlertRow>
  );
}

function Reader({ board }: { board: BoardWire }) {
  const { t } = useTranslation();
  const state = useStore(liveReader) ?? board.reader.state;
  const { online } = useStore(connection);
  if (state === 'ready' || state === 'no_station' || !online) return null;
  return (
    <AlertRow
      kind="amber"
      slim
      icon={<IconNfcOff size={24} />}
      title={t(`reader.${state}`)}
      testId="reader-banner"
    >
      {t(`reader.help.${state}`)}
    </AlertRow>
  );
}

function Lost({ card }: { card: CardLookup }) {
  const { t } = useTranslation();
  return (
    <AlertRow
      kind="red"
      icon={<IconCreditCardOff size={40} />}
      title={t('card.lost', { uid: spaced(card.uid) })}
      onClose={() => cardOffer.set(null)}
      testId="lost-card"
    >
      {t('card.lostText')}
    </AlertRow>
  );
}

/** E43AC9D2 → E4 3A C9 D2 */
const spaced = (uid: string): string => (uid.match(/../g) ?? [uid]).join('\u00a0');

/** A card without a visit: what it is and what can be done with it right away. */
function Offer({ card, place }: { card: CardLookup; place: Place }) {
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
function Trouble({ error }: { error: unknown }) {
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

function Waiting() {
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
    />
  );
}
