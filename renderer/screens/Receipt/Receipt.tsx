import { useQuery } from '@tanstack/react-query';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MoneyRow } from '#domain/protocol/receipts';
import type { VisitWire } from '#domain/protocol/till';
import { showNotice } from '../../app/notices.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Choice } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { client, trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { problemOf } from '../../lib/problem.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { useWhom } from '../dialogParts.ts';
import classes from './Receipt.module.css';

const VISIT = 'visit';

/** The visit's account, or one top-up or refund of it, as it looks on paper. */
export function Receipt({ visit, onClose }: { visit: VisitWire; onClose: () => void }) {
  const { t } = useTranslation();
  const whom = useWhom();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const { visit_id } = visit;
  const [chosen, setChosen] = useState(VISIT);
  const money = useQuery(trpc.receipts.moneyOf.queryOptions({ visit_id }));
  const printer = useQuery(trpc.receipts.state.queryOptions());
  const document = documentOf(chosen, visit_id);
  const paper = useQuery(trpc.receipts.preview.queryOptions(document));
  const titleOf = useTitle();
  const action = useAction({
    send: () => client.receipts.print.mutate({ request_id, document }),
    done: () => {
      window.setTimeout(() => showNotice({ kind: 'say', text: t('receipt.printed') }));
      onClose();
    },
  });
  return (
    <Dialog
      title={t('receipt.title')}
      subtitle={whom(visit)}
      size={900}
      onClose={onClose}
      cancel={t('receipt.close')}
      problem={problemText(action.problem, 'receipt.unreachable')}
      confirm={{
        label: t('receipt.print'),
        icon: <IconPrinter size={24} />,
        blocked: printer.data?.set_up === false ? t('receipt.noPrinter') : null,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-receipt"
    >
      <div className={classes['split']}>
        <Choice
          label={t('receipt.which')}
          value={chosen}
          columns={1}
          autoFocus
          onChange={setChosen}
          options={[
            { value: VISIT, title: t('receipt.visit') },
            ...(money.data ?? []).map((row) => ({ value: String(row.transaction_id), ...titleOf(row) })),
          ]}
        />
        <div className={classes['paper']} data-testid="paper">
          {paper.data === undefined ? (
            <p>{paper.error === null ? t('receipt.drawing') : problemText(problemOf(paper.error))}</p>
          ) : (
            <img
              src={`data:image/svg+xml;utf8,${encodeURIComponent(paper.data.svg)}`}
              alt={t('receipt.picture')}
            />
          )}
        </div>
      </div>
    </Dialog>
  );
}

const documentOf = (chosen: string, visit_id: number) =>
  chosen === VISIT
    ? ({ kind: 'visit', visit_id } as const)
    : ({ kind: 'money', transaction_id: Number(chosen) } as const);

function useTitle(): (row: MoneyRow) => { title: string; note: string } {
  const { t } = useTranslation();
  const format = useFormat();
  return (row) => ({
    title: t(`receipt.${row.kind}`, { sum: format.money(row.amount_minor) }),
    note: format.time(row.at),
  });
}
