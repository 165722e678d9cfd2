import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, VisitWire } from '#domain/protocol/till';
import { keepVisit } from '../../app/board.ts';
import { showNotice } from '../../app/notices.ts';
import { client } from '../../lib/api.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { useStore } from '../../lib/store.ts';
import { liveTaps } from '../../live/events.ts';
import { showNewest } from '../dialogParts.ts';

export function useFreeCard(visit: VisitWire, board: BoardWire, onClose: () => void) {
  const { t } = useTranslation();
  const request_id = useRequestId();
  const [reason, setReason] = useState('');
  const { visit_id, version: expected_version } = visit;
  const action = useAction({
    send: () =>
      client.visits.forceUnlock.mutate({ request_id, visit_id, expected_version, reason: reason.trim() }),
    done: (answer) => {
      keepVisit(answer);
      window.setTimeout(() => showNotice({ kind: 'say', text: t('free.done') }));
      onClose();
    },
    failed: showNewest(visit),
  });
  const tap = board.taps.find((one) => one.tap_id === visit.lock?.tap_id);
  const live = useStore(liveTaps).get(visit.lock?.tap_id ?? 0);
  const heard = live?.phase ?? tap?.phase ?? 'offline';
  return { reason, setReason, action, reachable: heard !== 'offline' };
}
