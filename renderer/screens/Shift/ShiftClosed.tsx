import { useQuery } from '@tanstack/react-query';
import { IconCheck, IconPrinter, IconReportMoney } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ShiftClosedWire } from '#domain/protocol/equipment';
import { goTo } from '../../app/router.ts';
import type { Place } from '../../app/router.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Figure, Steps, Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { closedShift } from './closedShift.ts';
import { reportLines } from './reportLines.ts';
import { Row, Rows } from './ReportView.tsx';
import classes from './Shift.module.css';
import { usePrintShift } from './usePrintShift.ts';

/** Expected against counted, and the number of the Z. */
export function ShiftClosed({ closed }: { closed: ShiftClosedWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { difference_minor } = closed;
  const word = difference_minor === 0 ? 'shift.even' : difference_minor < 0 ? 'shift.short' : 'shift.over';
  const problemText = useProblemText();
  const print = usePrintShift();
  const problem = problemText(print.action.problem, 'receipt.unreachable');
  const { shift_id } = closed;
  const leave = (place: Place): void => {
    closedShift.set(null);
    goTo(place);
  };
  return (
    <Page
      title={t('shift.closedTitle', { number: format.number(closed.shift_id) })}
      aside={<Steps names={[t('step.check'), t('step.count'), t('step.compare')]} at={2} />}
      testId="shift-closed"
      foot={
        <>
          <Button
            size="money"
            icon={<IconReportMoney size={24} />}
            onPress={() => leave({ screen: 'shiftReport', shift_id })}
            testId="show-z"
          >
            {t('zx.showZ')}
          </Button>
          <Button
            size="money"
            icon={<IconPrinter size={24} />}
            busy={print.action.busy}
            blocked={print.blocked}
            onPress={() => print.action.run({ kind: 'z', shift_id })}
            testId="print-z"
          >
            {t('zx.print', { report: t('zx.z', { number: closed.z_number }) })}
          </Button>
          <span className="space" />
          <Button
            size="money"
            tone="primary"
            onPress={() => leave({ screen: 'shift', step: 'home' })}
            testId="confirm"
          >
            {t('dialog.ready')}
          </Button>
        </>
      }
    >
      <div role="alert">{problem !== null && <Warning fact={problem} />}</div>
      <div className={classes['closed']}>
        <div>
          <h2>
            <IconCheck size={24} /> {t('shift.z', { number: closed.z_number })}
          </h2>
          <p className="dim num">{format.day(closed.business_date)}</p>
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
          <CashLines shift_id={shift_id} />
        </div>
        <ZPaper shift_id={shift_id} />
      </div>
    </Page>
  );
}

/** How the expected cash came about. */
function CashLines({ shift_id }: { shift_id: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(trpc.shifts.reports.queryOptions({ shift_id }));
  const cash = data?.z ? reportLines(data.z).find(({ part }) => part === 'cash') : undefined;
  return (
    <Rows>
      {cash?.lines
        .filter(({ strong }) => strong !== true)
        .map((line) => (
          <Row key={line.key} name={t(`zx.line.${line.key}`)}>
            {format.money(line.minor ?? 0)}
          </Row>
        ))}
    </Rows>
  );
}

/** The Z as it looks on paper; those who may not see it have the figures. */
function ZPaper({ shift_id }: { shift_id: number }) {
  const { t } = useTranslation();
  const { data } = useQuery(
    trpc.receipts.previewShift.queryOptions({ kind: 'z', shift_id }, { retry: false }),
  );
  if (!data) return <div />;
  return (
    <div className={classes['paper']} tabIndex={0}>
      <img src={`data:image/svg+xml;utf8,${encodeURIComponent(data.svg)}`} alt={t('receipt.picture')} />
    </div>
  );
}
