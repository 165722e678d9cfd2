import { IconCreditCard, IconCreditCardOff, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, VisitWire } from '#domain/protocol/till';
import { cardTail } from '#domain/texts/format';
import { useProblemText } from '../../app/useProblemText.ts';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Figure, Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Choice } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Methods } from '../../components/Methods.tsx';
import money from '../../components/Money.module.css';
import { useFormat } from '../../lib/format.tsx';
import { useReader } from '../ReaderNote.tsx';
import { useWhom } from '../dialogParts.ts';
import { useCloseVisit } from './useCloseVisit.ts';
import type { Remainder } from './useCloseVisit.ts';
import classes from './CloseVisit.module.css';

export interface CloseVisitProps {
  visit: VisitWire;
  board: BoardWire;
  onClose: () => void;
}

/** Two questions: where is the card, and where does the rest of the money go. */
export function CloseVisit({ visit: newest, board, onClose }: CloseVisitProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const whom = useWhom();
  const problemText = useProblemText();
  const form = useCloseVisit(newest, onClose);
  const { visit } = form;
  const paysBack = form.remainder === 'refund' && visit.balance_minor > 0;
  const blocker = visit.actions.find((one) => one.action === 'close')?.blocked_by ?? null;
  const blocked =
    blocker !== null
      ? t(`blocked.${blocker}.short`)
      : form.card === 'waiting'
        ? t('close.cardFirst')
        : form.pin.missing
          ? t('approval.needed')
          : null;
  return (
    <Dialog
      title={t('close.title')}
      subtitle={whom(visit)}
      aside={paysBack ? <Methods method={form.method} onChange={form.setMethod} /> : undefined}
      size={780}
      onClose={onClose}
      cancel={t('close.cancel')}
      problem={problemText(form.action.problem, 'close.unreachable')}
      confirm={{
        label: paysBack ? t('refund.confirm', { sum: format.money(form.given_minor) }) : t('action.close'),
        blocked,
        busy: form.action.busy,
        onConfirm: () => form.action.run(visit),
      }}
      testId="dialog-close-visit"
    >
      <div className={money['stack']}>
        <div className={money['two']}>
          <Figure big label={t('close.rest')} value={format.money(visit.balance_minor)} />
          <Figure
            label={t('close.spent')}
            value={format.money(visit.poured_minor)}
            note={t('close.paidIn', { sum: format.money(visit.topped_up_minor) })}
          />
        </div>
        {visit.receivable_minor > 0 && (
          <Warning fact={t('visit.debt', { sum: format.money(visit.receivable_minor) })}>
            {t('close.debtText')}
          </Warning>
        )}
        {visit.balance_minor > 0 && (
          <Rest known={!form.nameless} value={form.remainder} onChange={form.setRemainder} />
        )}
        {paysBack && form.given_minor !== visit.balance_minor && (
          <p data-testid="cash-rounded">{t('cash.given', { sum: format.money(form.given_minor) })}</p>
        )}
        {visit.card_uid !== null && <Card visit={visit} board={board} form={form} />}
        {form.pin.asked && <ApprovalFields approval={form.pin.approval} autoFocus />}
      </div>
    </Dialog>
  );
}

function Rest({
  known,
  value,
  onChange,
}: {
  known: boolean;
  value: Remainder;
  onChange: (value: Remainder) => void;
}) {
  const { t } = useTranslation();
  return (
    <Choice
      label={t('close.rest')}
      value={value}
      onChange={(chosen) => onChange(chosen as Remainder)}
      autoFocus
      options={[
        { value: 'refund', title: t('close.refund'), note: t('close.refundNote') },
        { value: 'keep', title: t('close.keep'), note: known ? t('close.keepNote') : t('close.keepUnnamed') },
      ]}
    />
  );
}

interface CardProps {
  visit: VisitWire;
  board: BoardWire;
  form: ReturnType<typeof useCloseVisit>;
}

function Card({ visit, board, form }: CardProps) {
  const { t } = useTranslation();
  const reader = useReader(board);
  const tail = cardTail(visit.card_uid ?? '');
  if (form.card === 'back')
    return (
      <div className={classes['card']} role="status">
        <IconCheck size={24} />
        <b>{t('close.cardBack', { tail })}</b>
      </div>
    );
  if (form.card === 'gone')
    return (
      <div className={classes['card']} role="status">
        <IconCreditCardOff size={24} />
        <span className="space">{t('close.cardGone', { tail })}</span>
        <Button size="row" onPress={() => form.setCard('waiting')}>
          {t('close.cardHere')}
        </Button>
      </div>
    );
  return (
    <div className={classes['wanted']} role="status">
      <IconCreditCard size={24} />
      <span className="space">
        <b>{t('close.layCard', { tail })}</b>
        <br />
        {form.otherCard
          ? t('close.otherCard')
          : t(reader === 'ready' ? 'close.layCardText' : 'close.compareCard')}
      </span>
      {reader !== 'ready' && (
        <Button
          size="row"
          icon={<IconCheck size={20} />}
          onPress={() => form.setCard('back')}
          testId="card-here"
        >
          {t('close.cardSeen')}
        </Button>
      )}
      <Button
        size="row"
        icon={<IconCreditCardOff size={20} />}
        onPress={() => form.setCard('gone')}
        testId="no-card"
      >
        {t('close.noCard')}
      </Button>
    </div>
  );
}
