import { useQuery } from '@tanstack/react-query';
import { IconDeviceFloppy, IconPrinter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { xReportWire } from '#domain/protocol/shift';
import { showNotice } from '../../app/notices.ts';
import { goTo } from '../../app/router.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page } from '../../components/Page.tsx';
import { client, trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { problemOf } from '../../lib/problem.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { ReportView } from './ReportView.tsx';
import { usePrintShift } from './usePrintShift.ts';

type XReportWire = z.output<typeof xReportWire>;

/** The shift's figures as they are now; kept as an X when somebody asks for it. It ends nothing. */
export function XReport() {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const print_id = useRequestId();
  const { data: report, error } = useQuery(trpc.shifts.x.queryOptions(undefined, { staleTime: 0 }));
  const { blocked: noPrinter } = usePrintShift();
  const action = useAction({
    send: async (and: 'keep' | 'print') => {
      const taken = await client.shifts.takeX.mutate({ request_id });
      if (and === 'print') await printX(taken, print_id);
      return taken;
    },
    done: (taken) => {
      void queryClient.invalidateQueries({ queryKey: trpc.shifts.pathKey() });
      window.setTimeout(() =>
        showNotice({ kind: 'say', text: t('zx.xKept', { time: format.time(taken.taken_at) }) }),
      );
      goTo({ screen: 'shift', step: 'home' });
    },
  });
  const problem = problemText(action.problem ?? (error ? problemOf(error) : null));
  return (
    <Page
      title={t('zx.xTitle')}
      aside={report && <span className="dim num">{format.moment(report.taken_at)}</span>}
      reading
      testId="x-report"
      foot={
        <>
          <Button size="money" tone="outline" onPress={() => goTo({ screen: 'shift', step: 'home' })}>
            {t('dialog.back')}
          </Button>
          <span className="space" />
          <Button
            size="money"
            icon={<IconPrinter size={24} />}
            busy={action.busy}
            blocked={noPrinter}
            onPress={() => action.run('print')}
            testId="print-x"
          >
            {t('zx.keepAndPrintX')}
          </Button>
          <Button
            size="money"
            tone="primary"
            icon={<IconDeviceFloppy size={24} />}
            busy={action.busy}
            onPress={() => action.run('keep')}
            testId="confirm"
          >
            {t('zx.keepX')}
          </Button>
        </>
      }
    >
      <div role="alert">{problem !== null && <Warning fact={problem} />}</div>
      {report && <ReportView report={report} />}
    </Page>
  );
}

/** The X that was just kept: its place among those of the shift is how paper names it. */
async function printX({ shift_id, taken_at }: XReportWire, request_id: string): Promise<void> {
  const { x } = await client.shifts.reports.query({ shift_id });
  const nth = x.findIndex((one) => one.taken_at === taken_at) + 1;
  await client.receipts.printShift.mutate({ request_id, document: { kind: 'x', shift_id, nth } });
}
