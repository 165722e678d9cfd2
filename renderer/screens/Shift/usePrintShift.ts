import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReceiptDocument } from '#domain/receipt/documents';
import { showNotice } from '../../app/notices.ts';
import { client, trpc } from '../../lib/api.ts';
import { requestId } from '../../lib/requestId.ts';
import { useAction } from '../../lib/useAction.ts';

export type ShiftDocument = Extract<ReceiptDocument, { kind: 'x' | 'z' }>;

/** An X or a Z on paper, the first time or again. Each print that came through is an action of its own. */
export function usePrintShift(then?: () => void) {
  const { t } = useTranslation();
  const printer = useQuery(trpc.receipts.state.queryOptions());
  const [request_id, setRequestId] = useState(requestId);
  const action = useAction({
    send: (document: ShiftDocument) => client.receipts.printShift.mutate({ request_id, document }),
    done: () => {
      setRequestId(requestId());
      window.setTimeout(() => showNotice({ kind: 'say', text: t('receipt.printed') }));
      then?.();
    },
  });
  return { action, blocked: printer.data?.set_up === false ? t('receipt.noPrinter') : null };
}
