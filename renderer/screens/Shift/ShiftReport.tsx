import { useQuery } from '@tanstack/react-query';
import { IconFileSpreadsheet, IconPrinter, IconReceipt, IconReportMoney } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { openDialog } from '../../app/dialogs.ts';
import { goTo } from '../../app/router.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Empty, Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page } from '../../components/Page.tsx';
import { client, trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { saveFile } from '../../lib/saveFile.ts';
import { useAction } from '../../lib/useAction.ts';
import { cx } from '../../lib/cx.ts';
import table from '../Kegs/Kegs.module.css';
import { ReportView } from './ReportView.tsx';
import type { AnyReport } from './ReportView.tsx';
import classes from './Shift.module.css';
import { usePrintShift } from './usePrintShift.ts';
import type { ShiftDocument } from './usePrintShift.ts';

/** Every report of a shift as it was taken: the Z, and each X before it. */
export function ShiftReport({ shift_id }: { shift_id: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const [chosen, setChosen] = useState<number | null>(null);
  const { data } = useQuery(trpc.shifts.reports.queryOptions({ shift_id }));
  const csv = useAction({
    send: () => client.shifts.zCsv.query({ shift_id }),
    done: (file) => saveFile(file.name, file.csv, 'text/csv;charset=utf-8'),
  });
  const print = usePrintShift();
  const problem = problemText(csv.problem) ?? problemText(print.action.problem, 'receipt.unreachable');
  const reports: AnyReport[] = data === undefined ? [] : [...(data.z ? [data.z] : []), ...data.x];
  const shown = reports[chosen ?? 0];
  const documentOf = (report: AnyReport): ShiftDocument =>
    'z_number' in report
      ? { kind: 'z', shift_id }
      : { kind: 'x', shift_id, nth: (data?.x.indexOf(report) ?? 0) + 1 };
  const nameOf = (report: AnyReport): string =>
    'z_number' in report
      ? t('zx.z', { number: report.z_number })
      : t('zx.xAt', { time: format.time(report.taken_at) });
  return (
    <Page
      title={t('shift.title', { number: format.number(shift_id) })}
      aside={
        reports.length > 1 && (
          <div className="row" role="group" aria-label={t('zx.which')}>
            {reports.map((report, index) => (
              <Button
                key={'z_number' in report ? 'z' : report.taken_at}
                size="row"
                tone={report === shown ? 'chosen' : 'plain'}
                pressed={report === shown}
                onPress={() => setChosen(index)}
              >
                {nameOf(report)}
              </Button>
            ))}
          </div>
        )
      }
      reading
      testId="shift-report"
      foot={
        <>
          <Button size="money" tone="outline" onPress={() => goTo({ screen: 'shift', step: 'history' })}>
            {t('dialog.back')}
          </Button>
          <span className="space" />
          {shown && (
            <Button
              size="money"
              icon={<IconPrinter size={24} />}
              busy={print.action.busy}
              blocked={print.blocked}
              onPress={() => print.action.run(documentOf(shown))}
              testId="print-report"
            >
              {t('zx.print', { report: nameOf(shown) })}
            </Button>
          )}
          <Button
            size="money"
            icon={<IconFileSpreadsheet size={24} />}
            busy={csv.busy}
            blocked={data?.z ? null : t('zx.noZ')}
            onPress={() => csv.run(undefined)}
            testId="z-csv"
          >
            {t('zx.csv')}
          </Button>
        </>
      }
    >
      <div role="alert">{problem !== null && <Warning fact={problem} />}</div>
      {data && !shown && <Empty icon={<IconReportMoney size={40} />}>{t('zx.noReports')}</Empty>}
      {shown && (
        <>
          <div className={cx(table['doings'], classes['above'])}>
            <span className="dim space">
              {nameOf(shown)} · {format.day(shown.business_date)}
            </span>
            <Button
              size="row"
              icon={<IconReceipt size={20} />}
              onPress={() =>
                openDialog({ kind: 'shiftPaper', document: documentOf(shown), name: nameOf(shown) })
              }
              testId="on-paper"
            >
              {t('receipt.asPaper')}
            </Button>
          </div>
          <ReportView report={shown} />
        </>
      )}
    </Page>
  );
}
