import { useQuery } from '@tanstack/react-query';
import { IconPrinter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../app/useProblemText.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { trpc } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import paperStyle from '../Receipt/Receipt.module.css';
import { usePrintShift } from './usePrintShift.ts';
import type { ShiftDocument } from './usePrintShift.ts';

export interface ShiftPaperProps {
  document: ShiftDocument;
  /** «Z №12» */
  name: string;
  onClose: () => void;
}

/** An X or a Z as it looks on paper. */
export function ShiftPaper({ document, name, onClose }: ShiftPaperProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const print = usePrintShift(onClose);
  const paper = useQuery(trpc.receipts.previewShift.queryOptions(document));
  return (
    <Dialog
      title={t('receipt.onPaper', { name })}
      size={620}
      onClose={onClose}
      cancel={t('receipt.close')}
      problem={problemText(print.action.problem, 'receipt.unreachable')}
      confirm={{
        label: t('zx.print', { report: name }),
        icon: <IconPrinter size={24} />,
        blocked: print.blocked,
        busy: print.action.busy,
        onConfirm: () => print.action.run(document),
      }}
      testId="dialog-shift-paper"
    >
      <div
        className={paperStyle['paper']}
        tabIndex={0}
        role="region"
        aria-label={t('receipt.picture')}
        data-testid="paper"
      >
        {paper.data === undefined ? (
          <p>{paper.error === null ? t('receipt.drawing') : problemText(problemOf(paper.error))}</p>
        ) : (
          <img
            src={`data:image/svg+xml;utf8,${encodeURIComponent(paper.data.svg)}`}
            alt={t('receipt.picture')}
          />
        )}
      </div>
    </Dialog>
  );
}
