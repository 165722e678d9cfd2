import { IconCashBanknote, IconCreditCardOff, IconPlayerStop, IconReplace } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VisitWire } from '#domain/protocol/till';
import { keepVisit } from '../../app/board.ts';
import { openDialog } from '../../app/dialogs.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Facts } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { client } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { useWhom } from '../dialogParts.ts';

/** The lost card stops working at once; then a new one is issued to the same visit. */
export function ReportLost({ visit, onClose }: { visit: VisitWire; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const whom = useWhom();
  const problemText = useProblemText();
  const form = useReportLost(visit);
  const balance = format.money(visit.balance_minor);
  return (
    <Dialog
      title={t('lost.title')}
      subtitle={whom(visit)}
      onClose={onClose}
      problem={problemText(form.action.problem, 'lost.unreachable')}
      confirm={{
        label: t('lost.confirm'),
        tone: 'danger',
        icon: <IconCreditCardOff size={24} />,
        blocked: form.reason.trim() === '' ? t('reason.needed') : null,
        busy: form.action.busy,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-report-lost"
    >
      <Facts
        facts={[
          { icon: <IconPlayerStop size={20} />, text: t('lost.beer') },
          { icon: <IconCashBanknote size={20} />, text: t('lost.money', { sum: balance }) },
          { icon: <IconReplace size={20} />, text: t('lost.next') },
        ]}
      />
      <ReasonPicker
        reasons={[t('lost.reason.guest'), t('lost.reason.notFound'), t('lost.reason.stolen')]}
        value={form.reason}
        onChange={form.setReason}
        autoFocus
      />
    </Dialog>
  );
}

function useReportLost(visit: VisitWire) {
  const request_id = useRequestId();
  const [reason, setReason] = useState('');
  const { visit_id } = visit;
  const action = useAction({
    send: () => client.visits.reportLost.mutate({ request_id, visit_id, reason: reason.trim() }),
    done: (answer) => {
      keepVisit(answer);
      openDialog({ kind: 'issueCard', visit_id, card_uid: null });
    },
  });
  return { reason, setReason, action };
}
