import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { canonicalUid } from '#domain/card/uid';
import type { SearchAnswer, VisitRow } from '#domain/protocol/till';
import { keepVisit } from '../../app/board.ts';
import { openDialog } from '../../app/dialogs.ts';
import { goTo } from '../../app/router.ts';
import { client, trpc } from '../../lib/api.ts';
import { useCards } from '../../lib/cards.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { useDebounced } from '../../lib/useDebounced.ts';

export type Found = SearchAnswer['guests'][number];
/** a known guest's id, somebody new by name, or nobody's name at all */
export type Who = `guest:${number}` | 'new' | 'anonymous';

export interface OpenVisitForm {
  query: string;
  setQuery: (query: string) => void;
  guests: Found[];
  /** guests of what is typed who have a visit already */
  busy: VisitRow[];
  who: Who;
  setWho: (who: Who) => void;
  phone: string;
  setPhone: (phone: string) => void;
  aged: boolean;
  setAged: (aged: boolean) => void;
  /** nobody has checked this guest's age yet */
  needsAge: boolean;
  card_uid: string | null;
  notACard: boolean;
  dropCard: () => void;
  open: (withCard: boolean) => void;
  action: ReturnType<typeof useAction<boolean, unknown>>;
}

const LOOKS_LIKE_PHONE = /^[+\d][\d\s()-]{3,}$/;

export interface OpenVisitStart {
  query: string;
  card_uid: string | null;
  guest_id: number | null;
}

export function useOpenVisit(start: OpenVisitStart, onClose: () => void): OpenVisitForm {
  const request_id = useRequestId();
  const [query, setQuery] = useState(start.query);
  const [chosen, setWho] = useState<Who | null>(start.guest_id === null ? null : `guest:${start.guest_id}`);
  const [phone, setPhone] = useState('');
  const [aged, setAged] = useState(false);
  const card = useCard(start.card_uid);
  const { guests, busy } = useFound(query);
  const who: Who = chosen ?? defaultWho(query, guests);
  const needsAge = useNeedsAge(who, guests);
  const name = LOOKS_LIKE_PHONE.test(query.trim()) ? null : query.trim() || null;
  const givenPhone = phone.trim() || (LOOKS_LIKE_PHONE.test(query.trim()) ? query.trim() : '') || null;
  const action = useAction({
    send: (_withCard: boolean) =>
      client.visits.open.mutate({
        request_id,
        ...(who.startsWith('guest:')
          ? { guest_id: Number(who.slice(6)), guest: null, ...(needsAge && { age_confirmed: aged }) }
          : { guest_id: null, guest: newGuest(who, { name, phone: givenPhone, aged }) }),
        card_uid: card.uid,
      }),
    done: (visit, withCard) => {
      keepVisit(visit);
      goTo({ screen: 'visits', visit_id: visit.visit_id });
      if (withCard && visit.card_uid === null)
        openDialog({ kind: 'issueCard', visit_id: visit.visit_id, card_uid: null });
      else onClose();
    },
  });
  return {
    query,
    setQuery: (text) => {
      setQuery(text);
      setWho(null);
    },
    guests,
    busy,
    who,
    setWho,
    phone,
    setPhone,
    aged,
    setAged,
    needsAge,
    card_uid: card.uid,
    notACard: card.wrong,
    dropCard: card.drop,
    open: action.run,
    action,
  };
}

function newGuest(who: Who, known: { name: string | null; phone: string | null; aged: boolean }) {
  const { name, phone, aged } = known;
  return who === 'anonymous'
    ? { name: null, phone: null, age_confirmed: aged }
    : { name, phone, age_confirmed: aged };
}

const defaultWho = (query: string, guests: Found[]): Who => {
  const first = guests[0];
  if (first) return `guest:${first.guest_id}`;
  return query.trim() === '' ? 'anonymous' : 'new';
};

/** Somebody new, or a known guest whose age was never checked: chosen from a list that says so, or asked for. */
function useNeedsAge(who: Who, guests: Found[]): boolean {
  const guest_id = who.startsWith('guest:') ? Number(who.slice(6)) : null;
  const listed = guests.find((guest) => guest.guest_id === guest_id)?.age_confirmed;
  const { data } = useQuery(
    trpc.guests.get.queryOptions(
      { guest_id: guest_id ?? 0 },
      { enabled: guest_id !== null && listed === undefined, staleTime: 0 },
    ),
  );
  if (guest_id === null) return true;
  return !(listed ?? (data ? data.age_confirmed_at !== null : true));
}

function useFound(query: string): { guests: Found[]; busy: VisitRow[] } {
  const asked = useDebounced(query.trim(), 120);
  const { data } = useQuery(
    trpc.visits.search.queryOptions(
      { query: asked },
      { enabled: asked !== '', placeholderData: keepPreviousData, gcTime: 0, staleTime: 0 },
    ),
  );
  if (query.trim() === '' || !data) return { guests: [], busy: [] };
  return { guests: data.guests.slice(0, 4), busy: data.visits.slice(0, 2) };
}

/** A card laid down now is the one that the visit gets. */
function useCard(first: string | null) {
  const [uid, setUid] = useState(first);
  const [wrong, setWrong] = useState(false);
  useCards((read) => {
    const reading = canonicalUid(read);
    setWrong(!reading.ok);
    if (reading.ok) setUid(reading.uid);
  });
  return { uid, wrong, drop: () => setUid(null) };
}
