import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingsWire } from '#domain/protocol/settings';
import { showNotice } from '../../app/notices.ts';
import { sessionStore } from '../../app/session.ts';
import { useApprovalInPlace } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Pairs } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import money from '../../components/Money.module.css';
import { client, trpc } from '../../lib/api.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useStore } from '../../lib/store.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { drafts, dropDraft } from './draft.ts';
import { FIELDS, sectionForm } from './fields.ts';
import type { Section } from './fields.ts';

export interface SaveSettingsProps {
  section: Section;
  settings: SettingsWire;
  changed: string[];
  values: object;
  onClose: () => void;
}

/** What was and what will be, why, and for a shift lead the engineer who answers for it. */
export function SaveSettings({ section, settings, changed, values, onClose }: SaveSettingsProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const [reason, setReason] = useState('');
  const role = useStore(sessionStore)?.operator.role;
  const pin = useApprovalInPlace(role !== 'engineer', 'engineer');
  const action = useAction({
    send: () => {
      const body = { section, values };
      return client.settings.set.mutate({
        ...body,
        request_id,
        reason: reason.trim(),
        approval: pin.given,
      });
    },
    done: (answer) => {
      queryClient.setQueryData(trpc.settings.get.queryKey(), answer);
      void queryClient.invalidateQueries({ queryKey: trpc.board.get.queryKey() });
      dropDraft(section);
      window.setTimeout(() => showNotice({ kind: 'say', text: t('settings.saved') }));
      onClose();
    },
  });
  const shown = useShown(section);
  const before = sectionForm(section, settings, {}).shown;
  const after = sectionForm(section, settings, drafts.get()[section] ?? {}).shown;
  return (
    <Dialog
      title={t('settings.saveTitle')}
      subtitle={t(`settings.group.${section}`)}
      onClose={onClose}
      problem={problemText(action.problem, 'settings.unreachable')}
      confirm={{
        label: t('settings.save'),
        blocked: reason.trim() === '' ? t('reason.needed') : pin.missing ? t('approval.engineer') : null,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-save-settings"
    >
      <div className={money['stack']}>
        <Pairs
          pairs={changed.map((path) => [
            t(`settings.label.${section}.${path}`),
            t('settings.wasIs', {
              before: shown(path, before.get(path) ?? ''),
              after: shown(path, after.get(path) ?? ''),
            }),
          ])}
        />
        <ReasonPicker
          reasons={[t('settings.reason.decided'), t('settings.reason.law'), t('settings.reason.try')]}
          value={reason}
          onChange={setReason}
          autoFocus
        />
        {pin.asked && <ApprovalFields approval={pin.approval} />}
      </div>
    </Dialog>
  );
}

function useShown(section: Section): (path: string, text: string) => string {
  const { t } = useTranslation();
  return (path, text) => {
    const kind = FIELDS[section].find((field) => field.path === path)?.kind;
    if (kind?.as === 'switch') return t(text === 'on' ? 'settings.on' : 'settings.off');
    if (kind?.as === 'choice') return t(`settings.option.${text}`);
    return kind?.as === 'number' ? `${text} ${t(`settings.unit.${kind.unit}`)}` : text;
  };
}
