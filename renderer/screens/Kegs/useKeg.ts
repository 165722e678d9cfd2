import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KegFate } from '#domain/keg/decideTakeOff';
import type { KegWire } from '#domain/protocol/equipment';
import type { BoardWire } from '#domain/protocol/till';
import { showNotice } from '../../app/notices.ts';
import { sessionStore } from '../../app/session.ts';
import { client, trpc } from '../../lib/api.ts';
import { useCards } from '../../lib/cards.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { requestId } from '../../lib/requestId.ts';
import { useStore } from '../../lib/store.ts';
import { useAction } from '../../lib/useAction.ts';
import { changesOf, KEG_REASONS, needsLead } from './kegChanges.ts';
import type { KegChange } from './kegChanges.ts';
import { lastTime } from './lastTime.ts';
import { LONGEST_UID } from './useReceiveKeg.ts';

export type Since = 'opened' | 'shift' | 'time';
export interface KegProps {
  keg: KegWire;
  board: BoardWire;
  onClose: () => void;
}

export function useKeg({ keg, board, onClose }: KegProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [key, setKey] = useState(requestId);
  const changes = changesOf(keg);
  const [change, choose] = useState<KegChange>(changes[0] ?? 'mark');
  const [reason, setReason] = useState('');
  const [code, setCode] = useState(keg.marking_code ?? '');
  useCards((read) => {
    if (read.length > LONGEST_UID) setCode(read);
  }, change === 'mark');
  const right = useRightKeg(keg, board);
  const cashier = useStore(sessionStore)?.operator.role === 'cashier';
  const on = { request_id: key, keg_id: keg.keg_id };
  const number = format.number(keg.keg_id);
  const action = useAction({
    send: async (what: KegChange): Promise<string> => {
      const why = reason.trim();
      if (what === 'markEmpty') await client.kegs.markEmpty.mutate({ ...on, reason: why });
      if (what === 'giveBack') await client.kegs.markReturned.mutate({ ...on, reason: why });
      if (what === 'mark')
        await client.kegs.setMarkingCode.mutate({
          ...on,
          marking_code: code.trim() === '' ? null : code.trim(),
        });
      if (what !== 'correct') return t(`kegChange.done.${what}`, { number });
      const { moved_ml } = await client.kegs.correct.mutate({
        request_id: key,
        tap_id: right.tap_id,
        from_keg_id: keg.keg_id,
        to_keg_id: right.to?.keg_id ?? 0,
        since: right.at ?? '',
        fate: right.fate,
        reason: why,
      });
      return t('kegChange.done.correct', { moved: format.litres(moved_ml) });
    },
    done: (text) => {
      void queryClient.invalidateQueries();
      window.setTimeout(() => showNotice({ kind: 'say', text }));
      onClose();
    },
  });
  const whyNot = (): string | null => {
    if (needsLead(change) && cashier) return t('blocked.not_your_role.short');
    if (change === 'correct' && right.to === undefined) return t('kegChange.noOther');
    if (change === 'correct' && right.at === null) return t('kegChange.timeFirst');
    return KEG_REASONS[change].length > 0 && reason.trim() === '' ? t('reason.needed') : null;
  };
  return {
    changes,
    change,
    // another change is another action, with its own key
    setChange: (next: KegChange) => {
      choose(next);
      setKey(requestId());
      setReason('');
      action.clear();
    },
    reason,
    setReason,
    code,
    setCode,
    right,
    blocked: whyNot(),
    action,
  };
}

/** The keg that really is on the tap, and since when. */
function useRightKeg({ keg_id, beverage_id, opened_at, tap_number }: KegWire, board: BoardWire) {
  const { data: kegs = [] } = useQuery(trpc.kegs.list.queryOptions());
  const [chosen, setTo] = useState<number | null>(null);
  const shift_at = board.shift?.opened_at ?? null;
  const [since, setSince] = useState<Since>(
    opened_at === null ? (shift_at === null ? 'time' : 'shift') : 'opened',
  );
  const [time, setTime] = useState('');
  const [fate, setFate] = useState<KegFate>('partial');
  // The one that is mixed up most easily is of the same beverage.
  const others = kegs
    .filter((keg) => keg.state === 'in_store' && keg.keg_id !== keg_id)
    .sort((a, b) => Number(b.beverage_id === beverage_id) - Number(a.beverage_id === beverage_id));
  const at = { opened: opened_at, shift: shift_at, time: lastTime(time, Date.now(), board.bar.time_zone) };
  return {
    tap_id: board.taps.find(({ number }) => number === tap_number)?.tap_id ?? 0,
    others,
    to: others.find((keg) => keg.keg_id === chosen) ?? others[0],
    setTo,
    opened_at,
    shift_at,
    since,
    setSince,
    time,
    setTime,
    fate,
    setFate,
    at: at[since],
  };
}
