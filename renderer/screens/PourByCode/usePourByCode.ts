import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isShortId } from '#domain/grant/shortId';
import type { BoardWire, VisitWire } from '#domain/protocol/till';
import { minorPerLitre } from '#domain/quantity/money';
import { cost } from '#domain/quantity/pricing';
import { millilitres } from '#domain/quantity/volume';
import { keepVisit } from '../../app/board.ts';
import { showNotice } from '../../app/notices.ts';
import { goTo } from '../../app/router.ts';
import { useApproval } from '../../app/useApproval.ts';
import { client, trpc } from '../../lib/api.ts';
import { entryWhole, NO_ENTRY, typeKey } from '../../lib/entry.ts';
import type { Entry } from '../../lib/entry.ts';
import { useFormat } from '../../lib/format.tsx';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { useNow } from '../../lib/clock.ts';

export type Unsettled = VisitWire['unsettled'][number];
export interface Waiting {
  visit: VisitWire;
  grant: Unsettled;
  /** this computer's clock: when the answer came that `lease_left_ms` counts from */
  asked_at: number;
}

/** Every pour whose volume is missing: of one visit, at one tap, or of the whole bar. */
function useWaiting(board: BoardWire, visit_id: number | null, tap_id: number | null): Waiting[] {
  const of =
    visit_id !== null
      ? [visit_id]
      : board.visits
          .filter((one) => one.pending_pours > 0 || one.lock?.tap_id === tap_id)
          .map((one) => one.visit_id);
  const answers = useQueries({ queries: of.map((id) => trpc.visits.get.queryOptions({ visit_id: id })) });
  const number = board.taps.find((tap) => tap.tap_id === tap_id)?.number;
  return answers.flatMap(({ data: visit, dataUpdatedAt: asked_at }) =>
    visit
      ? visit.unsettled
          .filter((grant) => number === undefined || grant.tap_number === number)
          .map((grant) => ({ visit, grant, asked_at }))
      : [],
  );
}

export interface PourByCodeStart {
  board: BoardWire;
  visit_id: number | null;
  tap_id: number | null;
}

export type CodeField = 'code' | 'ml';

export function usePourByCode(start: PourByCodeStart, onClose: () => void) {
  const { t } = useTranslation();
  const format = useFormat();
  const request_id = useRequestId();
  const waiting = useWaiting(start.board, start.visit_id, start.tap_id);
  const [picked, setPicked] = useState<string | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [ml, setMl] = useState<Entry>(NO_ENTRY);
  const [field, setField] = useState<CodeField>('ml');
  const [zeroReason, setZeroReason] = useState('');
  const approval = useApproval();
  const [unseen, setUnseen] = useState(false);
  const chosen =
    waiting.find((one) => one.grant.grant_id === picked) ??
    waiting.find((one) => one.grant.lease_over) ??
    waiting[0];
  const code = typed ?? chosen?.grant.short_id ?? '';
  const volume = entryWhole(ml);
  const onCode = (text: string): void => {
    const digits = text.replace(/\D/g, '').slice(0, 6);
    setTyped(digits);
    const other = waiting.find((one) => one.grant.short_id === digits);
    if (other) setPicked(other.grant.grant_id);
  };
  const price = chosen ? minorPerLitre(chosen.grant.price_minor_per_litre) : minorPerLitre(0);
  const most = chosen ? chosen.grant.limit_ml + chosen.grant.overshoot_ml : 0;
  const cost_minor = volume !== null && volume <= most ? cost(millilitres(volume), price) : 0;
  const action = useAction({
    send: (one: Waiting) =>
      client.pours.reconcile.mutate({
        request_id,
        visit_id: one.visit.visit_id,
        grant_id: one.grant.grant_id,
        ml: volume ?? 0,
        short_id: unseen ? null : code,
        reason: volume === 0 ? zeroReason.trim() : t('code.reason'),
        approval: unseen ? approval.given : null,
      }),
    done: (visit) => {
      keepVisit(visit);
      goTo({ screen: 'visits', visit_id: visit.visit_id });
      window.setTimeout(() =>
        showNotice({ kind: 'say', text: t('code.done', { sum: format.money(cost_minor) }) }),
      );
      onClose();
    },
  });
  return {
    waiting,
    chosen,
    pick: (grant_id: string) => {
      setPicked(grant_id);
      setTyped(null);
    },
    code,
    onCode,
    codeState: codeState(code, waiting, chosen),
    ml,
    setMl,
    volume,
    most,
    cost_minor,
    field,
    setField,
    onKey: (key: string) =>
      field === 'ml'
        ? setMl(typeKey(ml, key, false))
        : onCode(key === 'Backspace' ? code.slice(0, -1) : code + key),
    zeroReason,
    setZeroReason,
    approval,
    unseen,
    setUnseen,
    action,
    leaseLeft: useLeaseLeft(chosen),
  };
}

/** What can be said of the code while it is typed. */
export type CodeState = 'typing' | 'right' | 'wrong_digit' | 'other_pour' | 'unknown';

export function codeState(code: string, waiting: Waiting[], chosen: Waiting | undefined): CodeState {
  if (code.length < 6) return 'typing';
  if (!isShortId(code)) return 'wrong_digit';
  if (code === chosen?.grant.short_id) return 'right';
  return waiting.some((one) => one.grant.short_id === code) ? 'other_pour' : 'unknown';
}

function useLeaseLeft(chosen: Waiting | undefined): number {
  useNow();
  if (!chosen || chosen.grant.lease_over) return 0;
  return Math.max(0, chosen.grant.lease_left_ms - (Date.now() - chosen.asked_at));
}
