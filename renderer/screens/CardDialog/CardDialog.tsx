import { IconCashBanknote, IconCheck, IconCreditCard, IconKeyboard, IconNfc } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, VisitWire } from '#domain/protocol/till';
import { openDialog } from '../../app/dialogs.ts';
import { useGuestName } from '../../app/guestName.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Figure, Prompt, Steps } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { useFormat } from '../../lib/format.tsx';
import { ReaderNote, useReader } from '../ReaderNote.tsx';
import { affordableOn } from './affordableOn.ts';
import { useCardDialog } from './useCardDialog.ts';
import type { CardKind } from './useCardDialog.ts';

export interface CardDialogProps {
  visit: VisitWire;
  board: BoardWire;
  kind: CardKind;
  card_uid: string | null;
  onClose: () => void;
}

export function CardDialog({ visit, board, kind, card_uid, onClose }: CardDialogProps) {
  const { t } = useTranslation();
  const guestName = useGuestName();
  const problemText = useProblemText();
  const form = useCardDialog(visit, kind, card_uid);
  const steps = [t('step.guest'), t('step.card'), t('step.money')];
  const common = {
    title: guestName(visit),
    subtitle: `${t('visit.number', { number: visit.visit_id })}${kind === 'replaceCard' ? ` · ${t('replace.title').toLowerCase()}` : ''}`,
    size: 780 as const,
    onClose,
  };
  if (form.issued !== null)
    return (
      <Dialog
        {...common}
        aside={<Steps names={steps} at={2} />}
        cancel={t('dialog.ready')}
        confirm={{
          label: t('action.top_up'),
          icon: <IconCashBanknote size={24} />,
          blocked: board.shift === null ? t('blocked.shift_closed.short') : null,
          onConfirm: () => openDialog({ kind: 'topUp', visit_id: visit.visit_id }),
        }}
        testId="dialog-card-issued"
      >
        <Issued visit={visit} board={board} uid={form.issued} />
      </Dialog>
    );
  return (
    <Dialog
      {...common}
      aside={<Steps names={steps} at={1} />}
      cancel={t('dialog.close')}
      problem={problemText(form.action.problem, 'problem.cardUnsaid')}
      beside={<span className="dim">{kind === 'issueCard' ? t('issue.safe') : t('replace.safe')}</span>}
      testId="dialog-card"
    >
      <Prompt
        icon={<IconCreditCard size={72} />}
        title={form.action.busy ? t('dialog.busy') : t('issue.lay')}
      >
        <p>{t('issue.any')}</p>
        <ReaderReady board={board} />
      </Prompt>
      <ReaderNote board={board} />
      <div style={{ height: 12 }} />
      <ByHand form={form} />
    </Dialog>
  );
}

function ReaderReady({ board }: { board: BoardWire }) {
  const { t } = useTranslation();
  if (useReader(board) !== 'ready') return null;
  return (
    <div className="row dim" style={{ marginTop: 18 }} role="status">
      <IconNfc size={20} />
      {t('reader.ready')}
    </div>
  );
}

function ByHand({ form }: { form: ReturnType<typeof useCardDialog> }) {
  const { t } = useTranslation();
  if (!form.byHand)
    return (
      <Button wide icon={<IconKeyboard size={20} />} onPress={() => form.setByHand(true)} testId="type-uid">
        {t('issue.type')}
      </Button>
    );
  const send = (): void => {
    if (form.typed.trim() !== '') form.action.run(form.typed.trim());
  };
  return (
    <form
      style={{ display: 'grid', gridTemplateColumns: '1fr auto', gap: 8, alignItems: 'end' }}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Field
        label={t('issue.uid')}
        value={form.typed}
        onChange={form.setTyped}
        maxLength={40}
        autoFocus
        testId="uid"
      />
      <Button submit busy={form.action.busy} testId="use-uid">
        {t('issue.use')}
      </Button>
    </form>
  );
}

function Issued({ visit, board, uid }: { visit: VisitWire; board: BoardWire; uid: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const enough = affordableOn(board.taps, visit.balance_minor);
  return (
    <Prompt done icon={<IconCheck size={80} />} title={t('issue.done')}>
      <p className="num">{(uid.match(/../g) ?? [uid]).join('\u00a0')}</p>
      <div style={{ display: 'flex', gap: 48, marginTop: 22, textAlign: 'left' }}>
        <Figure label={t('issue.onAccount')} value={format.money(visit.balance_minor)} />
        {enough !== null && (
          <Figure
            label={t('issue.enoughFor', { beverage: enough.beverage })}
            value={format.litres(enough.ml, 2)}
          />
        )}
      </div>
    </Prompt>
  );
}
