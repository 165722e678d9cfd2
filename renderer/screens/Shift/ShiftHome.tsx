import { IconClipboardCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, ShiftWire } from '#domain/protocol/till';
import { goTo } from '../../app/router.ts';
import { sessionStore } from '../../app/session.ts';
import { showNotice } from '../../app/notices.ts';
import { Figure } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page } from '../../components/Page.tsx';
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
        <Figure big label={t('shift.drawer')} value={format.money(shift.expected_cash_minor)} />
        <Figure label={t('shift.float')} value={format.money(shift.float_minor)} />
        <Figure label={t('shift.day')} value={format.day(shift.business_date)} />
        <Figure label={t('shift.visits')} value={format.count(board.visits.length)} />
        <Figure label={t('shift.held')} value={format.money(held)} />
        <Figure label={t('shift.reviews')} value={format.count(board.open_reviews)} />
      </div>
    </Page>
  );
}
