import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire } from '#domain/protocol/till';
import { useGuestName } from '../../app/guestName.ts';
import { hashOf } from '../../app/router.ts';
import { searchText } from '../../app/search.ts';
import { Empty } from '../../components/Bits.tsx';
import { trpc } from '../../lib/api.ts';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import { useDebounced } from '../../lib/useDebounced.ts';
import classes from '../Review/Review.module.css';
import { GuestCard } from './GuestCard.tsx';

interface Row {
  guest_id: number;
  guest_name: string | null;
  phone_tail: string | null;
  balance_minor: number;
  here: boolean;
}

/** Who is here, or whom the one search finds; beside them what the bar knows of one. */
export function Guests({ board, guest_id }: { board: BoardWire; guest_id: number | null }) {
  const { t } = useTranslation();
  const { rows, searching } = useRows(board);
  const chosen = guest_id ?? rows[0]?.guest_id ?? null;
  return (
    <main className={classes['review']} data-testid="guests">
      <section className={classes['list']} aria-label={t('guests.title')}>
        <div className={classes['zone']}>
          {searching ? t('search.found') : t('guests.here')}
          <span className="space" />
          <span className="num">{rows.length}</span>
        </div>
        <div className={classes['scroll']}>
          {rows.map((row) => (
            <GuestLine key={row.guest_id} row={row} on={row.guest_id === chosen} />
          ))}
          {rows.length === 0 && <Empty icon={<IconUsers size={40} />}>{t('guests.nobody')}</Empty>}
        </div>
      </section>
      {chosen === null ? (
        <div className={classes['item']}>
          <Empty icon={<IconUsers size={40} />}>{t('guests.choose')}</Empty>
        </div>
      ) : (
        <GuestCard key={chosen} guest_id={chosen} age_limit={board.bar.age_limit} />
      )}
    </main>
  );
}

function useRows(board: BoardWire): { rows: Row[]; searching: boolean } {
  const text = useStore(searchText).trim();
  const asked = useDebounced(text, 120);
  const { data } = useQuery(
    trpc.visits.search.queryOptions(
      { query: asked },
      { enabled: asked !== '', placeholderData: keepPreviousData, gcTime: 0, staleTime: 0 },
    ),
  );
  const searching = text !== '' && data !== undefined;
  const here = (searching ? data.visits : board.visits).map((visit) => ({
    ...visit,
    phone_tail: null,
    here: true,
  }));
  const away = searching
    ? data.guests.map(({ name, ...guest }) => ({ ...guest, guest_name: name, here: false }))
    : [];
  return { rows: [...here, ...away], searching };
}

function GuestLine({ row, on }: { row: Row; on: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guestName = useGuestName();
  const about = [row.here ? t('guests.isHere') : null, row.phone_tail && format.phone(row.phone_tail)];
  return (
    <a
      href={hashOf({ screen: 'guests', guest_id: row.guest_id })}
      className={cx(classes['line'], on && classes['on'])}
      aria-current={on || undefined}
      data-testid={`guest-${row.guest_id}`}
    >
      <b>{guestName(row)}</b>
      <span className="num strong">{format.money(row.balance_minor)}</span>
      <span>{about.filter(Boolean).join(' · ')}</span>
    </a>
  );
}
