import { useQuery } from '@tanstack/react-query';
import {
  IconArrowsExchange,
  IconCashBanknote,
  IconCashBanknoteOff,
  IconChartBar,
  IconClipboardCheck,
  IconCoins,
  IconHistory,
  IconLockOpen2,
  IconReportMoney,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, ShiftWire } from '#domain/protocol/till';
import { errorText } from '#domain/texts/errors';
import { openDialog } from '../../app/dialogs.ts';
import { goTo } from '../../app/router.ts';
import { sessionStore } from '../../app/session.ts';
import { showNotice } from '../../app/notices.ts';
import { Figure } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useNow } from '../../lib/clock.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import classes from './Shift.module.css';

/** The shift under way, and the way to its end. */
export function ShiftHome({ board, shift }: { board: BoardWire; shift: ShiftWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const role = useStore(sessionStore)?.operator.role;
  const { data: holder } = useQuery(trpc.cash.current.queryOptions(undefined, { staleTime: 0 }));
  const held = board.visits.reduce((sum, visit) => sum + visit.balance_minor, 0);
  return (
    <Page
      title={t('shift.title', { number: format.number(shift.shift_id) })}
      testId="shift-home"
      foot={
        <>
          <span className="dim">
            {t('shift.opened', {
              time: format.time(shift.opened_at),
              stay: format.stay(now - Date.parse(shift.opened_at)),
            })}
          </span>
          <Button
            size="money"
            tone="primary"
            icon={<IconClipboardCheck size={24} />}
            blocked={role === 'cashier' ? t('blocked.not_your_role.short') : null}
            onBlocked={() => showNotice({ kind: 'say', text: t('blocked.not_your_role.instead') })}
            onPress={() => goTo({ screen: 'shift', step: 'check' })}
            testId="close-shift"
          >
            {t('shift.toClose')}
          </Button>
        </>
      }
    >
      <div className={classes['figures']}>
        <Figure
          big
          label={t('shift.drawer')}
          value={format.money(shift.expected_cash_minor)}
          note={
            holder?.operator_name
              ? t('drawer.has', { name: holder.operator_name, time: format.time(holder.opened_at) })
              : undefined
          }
        />
        <Figure label={t('shift.float')} value={format.money(shift.float_minor)} />
        <Figure label={t('shift.day')} value={format.day(shift.business_date)} />
        <Figure label={t('shift.visits')} value={format.count(board.visits.length)} />
        <Figure label={t('shift.held')} value={format.money(held)} />
        <Figure label={t('shift.reviews')} value={format.count(board.open_reviews)} />
      </div>
      <Doings />
    </Page>
  );
}

/** What a shift is asked for between its opening and its end. */
function Doings() {
  const { t } = useTranslation();
  const { language } = useFormat();
  const { data: printer } = useQuery(trpc.receipts.state.queryOptions());
  const cashier = useStore(sessionStore)?.operator.role === 'cashier';
  const lead = {
    left: true,
    blocked: cashier ? t('blocked.not_your_role.short') : null,
    onBlocked: () => showNotice({ kind: 'say', text: t('blocked.not_your_role.instead') }),
  };
  return (
    <div className={classes['doings']}>
      <Button
        left
        size="money"
        icon={<IconCashBanknote size={24} />}
        onPress={() => openDialog({ kind: 'moveCash', direction: 'in' })}
        testId="cash-in"
      >
        {t('cash.in')}
      </Button>
      <Button
        left
        size="money"
        icon={<IconCashBanknoteOff size={24} />}
        onPress={() => openDialog({ kind: 'moveCash', direction: 'out' })}
        testId="cash-out"
      >
        {t('cash.out')}
      </Button>
      <Button
        left
        size="money"
        icon={<IconArrowsExchange size={24} />}
        onPress={() => goTo({ screen: 'shift', step: 'handOver' })}
        testId="hand-over-cash"
      >
        {t('cash.handOver')}
      </Button>
      <Button
        left
        size="money"
        icon={<IconLockOpen2 size={24} />}
        blocked={printer?.set_up === false ? t('receipt.noPrinter') : null}
        onBlocked={() => showNotice({ kind: 'say', text: errorText('printer.not_set_up', {})[language] })}
        onPress={() => openDialog({ kind: 'openDrawer' })}
        testId="open-drawer"
      >
        {t('drawer.action')}
      </Button>
      <Button
        left
        size="money"
        icon={<IconCoins size={24} />}
        onPress={() => goTo({ screen: 'shift', step: 'debts' })}
        testId="to-debts"
      >
        {t('debt.list.title')}
      </Button>
      <Button
        {...lead}
        size="money"
        icon={<IconReportMoney size={24} />}
        onPress={() => goTo({ screen: 'shift', step: 'x' })}
        testId="x-now"
      >
        {t('zx.xTitle')}
      </Button>
      <Button
        {...lead}
        size="money"
        icon={<IconHistory size={24} />}
        onPress={() => goTo({ screen: 'shift', step: 'history' })}
        testId="shifts-before"
      >
        {t('zx.history')}
      </Button>
      <Button
        {...lead}
        size="money"
        icon={<IconChartBar size={24} />}
        onPress={() => goTo({ screen: 'reports', view: 'sales' })}
        testId="to-reports"
      >
        {t('reports.title')}
      </Button>
    </div>
  );
}
