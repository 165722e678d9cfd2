import {
  IconCashBanknote,
  IconCreditCard,
  IconCreditCardOff,
  IconDoorExit,
  IconGift,
  IconHash,
  IconLockOpen,
  IconReceiptRefund,
  IconReplace,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ActionWire, BoardWire, VisitWire } from '#domain/protocol/till';
import { openDialog } from '../../app/dialogs.ts';
import type { DialogState } from '../../app/dialogs.ts';
import { showNotice } from '../../app/notices.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { Button } from '../../components/Button.tsx';
import type { ButtonProps } from '../../components/Button.tsx';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import { connection } from '../../live/events.ts';
import { correctable } from '../Corrections/correctable.ts';
import classes from './Board.module.css';

type Name = ActionWire['action'];
interface Doing {
  blocked: string | null;
  onPress: () => void;
  onBlocked: () => void;
}

/** What may be done with the visit; what may not says why, and when pressed what to do instead. */
export function VisitActions({ visit, board }: { visit: VisitWire; board: BoardWire }) {
  const { t } = useTranslation();
  const of = useActions(visit, board);
  const topUp = of('top_up', { kind: 'topUp', visit_id: visit.visit_id });
  const close = of('close', { kind: 'closeVisit', visit_id: visit.visit_id });
  useShortcuts({ F4: press(topUp), F8: press(close) });
  const card = { visit_id: visit.visit_id, card_uid: null };
  const plain: ButtonProps = { left: true };
  return (
    <div className={classes['actions']}>
      <Button
        {...topUp}
        left={topUp.blocked !== null}
        size="money"
        tone="primary"
        hint="F4"
        className={classes['key']}
        icon={<IconCashBanknote size={24} />}
        testId="top-up"
      >
        {t('action.top_up')}
      </Button>
      <Button
        {...close}
        left={close.blocked !== null}
        size="money"
        tone="outline"
        hint="F8"
        className={classes['key']}
        icon={<IconDoorExit size={24} />}
        testId="close-visit"
      >
        {t('action.close')}
      </Button>
      <Button
        {...plain}
        {...of('refund', { kind: 'refund', visit_id: visit.visit_id })}
        icon={<IconReceiptRefund size={20} />}
        testId="refund"
      >
        {t('action.refund')}
      </Button>
      {visit.card_uid === null ? (
        <Button
          {...plain}
          {...of('issue_card', { kind: 'issueCard', ...card })}
          icon={<IconCreditCard size={20} />}
          testId="issue-card"
        >
          {t('action.issue_card')}
        </Button>
      ) : (
        <Button
          {...plain}
          {...of('replace_card', { kind: 'replaceCard', ...card })}
          icon={<IconReplace size={20} />}
          testId="replace-card"
        >
          {t('action.replace_card')}
        </Button>
      )}
      <Button {...plain} {...useComp(visit, board)} icon={<IconGift size={20} />} testId="on-the-house">
        {t('comp.action')}
      </Button>
      <Button
        {...plain}
        {...of('reconcile', { kind: 'pourByCode', visit_id: visit.visit_id, tap_id: null })}
        icon={<IconHash size={20} />}
        testId="pour-by-code"
      >
        {t('action.reconcile')}
      </Button>
      <Button
        {...plain}
        {...of('force_unlock', { kind: 'freeCard', visit_id: visit.visit_id })}
        icon={<IconLockOpen size={20} />}
        testId="free-card"
      >
        {t('action.force_unlock')}
      </Button>
      <Button
        {...plain}
        {...of('report_lost', { kind: 'reportLost', visit_id: visit.visit_id })}
        tone="dangerEntry"
        icon={<IconCreditCardOff size={20} />}
        testId="report-lost"
      >
        {t('action.report_lost')}
      </Button>
    </div>
  );
}

/** Part of a pour on the house, or a pour reversed: of what is charged, in an open shift. */
function useComp(visit: VisitWire, board: BoardWire): Doing {
  const { t } = useTranslation();
  const { online } = useStore(connection);
  const why = !online
    ? 'offline'
    : visit.state === 'closed'
      ? 'visit_closed'
      : board.shift === null
        ? 'shift_closed'
        : null;
  const none = why === null && correctable(visit).length === 0;
  const instead = none ? t('comp.noneInstead') : t(`blocked.${why ?? 'offline'}.instead`);
  return {
    blocked: none ? t('comp.none') : why === null ? null : t(`blocked.${why}.short`),
    onPress: () => openDialog({ kind: 'correctPour', visit_id: visit.visit_id }),
    onBlocked: () => showNotice({ kind: 'say', text: instead }),
  };
}

const press =
  (doing: Doing): (() => void) =>
  () =>
    doing.blocked === null ? doing.onPress() : doing.onBlocked();

function useActions(visit: VisitWire, board: BoardWire): (name: Name, dialog: DialogState) => Doing {
  const { t } = useTranslation();
  const format = useFormat();
  const { online } = useStore(connection);
  const tap = visit.lock ? format.number(visit.lock.tap_number) : '';
  return (name, dialog) => {
    const code = visit.actions.find((one) => one.action === name)?.blocked_by ?? null;
    const why = !online
      ? 'offline'
      : code === null && board.shift === null && needsShift(name)
        ? 'shift_closed'
        : code;
    const where = code === 'pour_running' && tap !== '' ? t('blocked.pour_running.onTap', { tap }) : null;
    return {
      blocked: why === null ? null : (where ?? t(`blocked.${why}.short`)),
      onPress: () => openDialog(dialog),
      onBlocked: () => showNotice({ kind: 'say', text: t(`blocked.${why ?? 'offline'}.instead`) }),
    };
  };
}

const needsShift = (name: Name): boolean => ['top_up', 'refund', 'close', 'reconcile'].includes(name);
