import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VisitWire } from '#domain/protocol/till';
import { keepVisit } from '../../app/board.ts';
import { showNotice } from '../../app/notices.ts';
import { useApproval } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { AmountField } from '../../components/AmountField.tsx';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Figure } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import money from '../../components/Money.module.css';
import { NumberPad } from '../../components/NumberPad.tsx';
import { client } from '../../lib/api.ts';
import { entryOf, entryWhole, typeKey } from '../../lib/entry.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { showNewest, useWhom } from '../dialogParts.ts';
import { useServed } from './useServed.ts';

/** More to drink today, on a shift lead's PIN. */
export function RaiseLimit({ visit, onClose }: { visit: VisitWire; onClose: () => void }) {
  const { t } = useTranslation();
  const whom = useWhom();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const served = useServed(visit);
  const [entry, setEntry] = useState(() => entryOf(served.unit === 'ml' ? '500' : '20'));
  const [reason, setReason] = useState('');
  const approval = useApproval();
  const extra = entryWhole(entry) ?? 0;
  const { visit_id } = visit;
  const action = useAction({
    send: () =>
      client.visits.raiseLimit.mutate({
        request_id,
        visit_id,
        extra,
        reason: reason.trim(),
        approval: approval.given,
      }),
    done: (answer) => {
      keepVisit(answer);
      window.setTimeout(() =>
        showNotice({ kind: 'say', text: t('served.done', { extra: served.say(extra) }) }),
      );
      onClose();
    },
    failed: showNewest(visit),
  });
  const blocked =
    extra === 0
      ? t('code.mlFirst')
      : reason.trim() === ''
        ? t('reason.needed')
        : approval.complete
          ? null
          : t('approval.needed');
  return (
    <Dialog
      title={t('served.title')}
      subtitle={whom(visit)}
      size={900}
      onClose={onClose}
      problem={problemText(action.problem)}
      confirm={{
        label: t('served.confirm', { extra: served.say(extra) }),
        blocked,
        busy: action.busy,
        minWidth: 288,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-raise-limit"
    >
      <div className={money['split']}>
        <div className={money['stack']}>
          <div className={money['two']}>
            <AmountField
              label={t('served.extra')}
              entry={entry}
              shown={served.say(extra)}
              decimals={false}
              autoFocus
              onEntry={setEntry}
              hint={t('served.tomorrow')}
              testId="extra"
            />
            <Figure
              label={t('served.after')}
              value={served.say(served.limit + extra)}
              note={t('served.usedNow', { used: served.say(served.used) })}
            />
          </div>
          <ReasonPicker
            reasons={[t('served.reason.food'), t('served.reason.sober'), t('served.reason.shared')]}
            value={reason}
            onChange={setReason}
          />
          <ApprovalFields approval={approval} />
        </div>
        <NumberPad onKey={(key) => setEntry(typeKey(entry, key, false))} />
      </div>
    </Dialog>
  );
}
