import { IconCreditCard, IconCashRegister, IconPlugConnected } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire } from '#domain/protocol/till';
import { openDialog } from '../../app/dialogs.ts';
import { goTo } from '../../app/router.ts';
import { Empty } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import classes from './Board.module.css';

/** The centre without a visit says what to do first. */
export function NoVisit({ board, loading }: { board: BoardWire; loading: boolean }) {
  const { t } = useTranslation();
  return <main className={classes['main']}>{!loading && content()}</main>;

  function content() {
    if (board.shift === null)
      return (
        <Empty
          icon={<IconCashRegister size={40} />}
          action={
            <Button size="money" tone="primary" onPress={() => goTo({ screen: 'shift', step: 'home' })}>
              {t('shift.open')}
            </Button>
          }
        >
          {t('shift.closedText')}
        </Empty>
      );
    if (board.taps.length === 0)
      return (
        <Empty
          icon={<IconPlugConnected size={40} />}
          action={
            <Button size="money" tone="primary" onPress={() => openDialog({ kind: 'addTap' })}>
              {t('taps.addFirst')}
            </Button>
          }
        >
          {t('taps.none')}
        </Empty>
      );
    return (
      <Empty icon={<IconCreditCard size={40} />}>
        {board.visits.length === 0 ? t('board.nobody') : t('board.choose')}
      </Empty>
    );
  }
}
