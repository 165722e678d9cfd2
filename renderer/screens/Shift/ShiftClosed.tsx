import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ShiftClosedWire } from '#domain/protocol/equipment';
import { goTo } from '../../app/router.ts';
import { Figure, Prompt, Steps } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page } from '../../components/Page.tsx';
import { useFormat } from '../../lib/format.tsx';
import { closedShift } from './closedShift.ts';
import classes from './Shift.module.css';

/** Expected against counted, and the number of the Z. */
export function ShiftClosed({ closed }: { closed: ShiftClosedWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { difference_minor } = closed;
  const word = difference_minor === 0 ? 'shift.even' : difference_minor < 0 ? 'shift.short' : 'shift.over';
  const done = (): void => {
    closedShift.set(null);
    goTo({ screen: 'shift', step: 'home' });
  };
  return (
    <Page
      title={t('shift.closedTitle', { number: format.number(closed.shift_id) })}
      aside={<Steps names={[t('step.check'), t('step.count'), t('step.compare')]} at={2} />}
      testId="shift-closed"
      foot={
        <>
          <span />
          <Button size="money" tone="primary" onPress={done} testId="confirm">
            {t('dialog.ready')}
          </Button>
        </>
      }
    >
      <Prompt done icon={<IconCheck size={80} />} title={t('shift.z', { number: closed.z_number })}>
        <p className="num">{format.day(closed.business_date)}</p>
      </Prompt>
      <div className={classes['result']}>
        <Figure label={t('shift.expected')} value={format.money(closed.expected_cash_minor)} />
        <Figure label={t('shift.counted')} value={format.money(closed.counted_cash_minor)} />
        <Figure
          label={t(word)}
          value={format.money(Math.abs(difference_minor))}
          attention={difference_minor !== 0}
          testId="difference"
        />
      </div>
    </Page>
  );
}
