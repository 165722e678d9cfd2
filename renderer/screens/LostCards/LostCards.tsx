import { useQuery } from '@tanstack/react-query';
import { IconCheck, IconCreditCard, IconCreditCardOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LostCardRow } from '#domain/protocol/cards';
import { openDialog } from '../../app/dialogs.ts';
import { useGuestName } from '../../app/guestName.ts';
import { Empty } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page, PageSection } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import classes from '../Kegs/Kegs.module.css';

/** Cards that no tap takes until somebody has them in hand again. */
export function LostCards() {
  const { t } = useTranslation();
  const { data: cards } = useQuery(trpc.cards.lost.queryOptions());
  const open = (cards ?? []).filter((card) => card.found_at === null);
  const found = (cards ?? []).filter((card) => card.found_at !== null);
  return (
    <Page
      title={t('lostCards.title')}
      aside={
        <Button
          tone="dangerEntry"
          icon={<IconCreditCardOff size={20} />}
          onPress={() => openDialog({ kind: 'retireCard', card_uid: null })}
          testId="retire-card"
        >
          {t('retire.action')}
        </Button>
      }
      testId="lost-cards"
    >
      {cards !== undefined && open.length === 0 && found.length === 0 && (
        <Empty icon={<IconCreditCard size={40} />}>{t('lostCards.none')}</Empty>
      )}
      {open.length > 0 && (
        <PageSection title={t('lostCards.open')}>
          <CardTable cards={open} />
        </PageSection>
      )}
      {found.length > 0 && (
        <PageSection title={t('lostCards.found')}>
          <CardTable cards={found} />
        </PageSection>
      )}
    </Page>
  );
}

function CardTable({ cards }: { cards: LostCardRow[] }) {
  const { t } = useTranslation();
  return (
    <table className={classes['table']}>
      <thead>
        <tr>
          <th style={{ width: '20%' }}>{t('lostCards.card')}</th>
          <th style={{ width: '22%' }}>{t('lostCards.guest')}</th>
          <th>{t('lostCards.reason')}</th>
          <th style={{ width: '18%' }}>{t('lostCards.reported')}</th>
          <th style={{ width: 170 }} />
        </tr>
      </thead>
      <tbody>
        {cards.map((card) => (
          <CardLine key={card.lost_id} card={card} />
        ))}
      </tbody>
    </table>
  );
}

function CardLine({ card }: { card: LostCardRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guestName = useGuestName();
  const { guest_id, guest_name } = card;
  const said = (when: string, who: string | null): string =>
    t('lostCards.foundBy', { when: format.time(when), who: who ?? '—' });
  return (
    <tr data-testid={`lost-${card.lost_id}`}>
      <td className="strong">{card.card_uid}</td>
      <td>{guest_id === null ? '' : guestName({ guest_id, guest_name })}</td>
      <td>{card.reason}</td>
      <td className="dim">{said(card.reported_at, card.reported_by)}</td>
      <td className={classes['right']}>
        {card.found_at === null ? (
          <Button
            size="row"
            icon={<IconCheck size={20} />}
            onPress={() => openDialog({ kind: 'cardFound', lost: card })}
            testId={`found-${card.lost_id}`}
          >
            {t('lostCards.find')}
          </Button>
        ) : (
          <span className="dim">{said(card.found_at, card.found_by)}</span>
        )}
      </td>
    </tr>
  );
}
