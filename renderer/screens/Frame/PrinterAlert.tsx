import { useQuery } from '@tanstack/react-query';
import { IconPrinterOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { printerText } from '#domain/texts/printer';
import { Button } from '../../components/Button.tsx';
import { client, trpc } from '../../lib/api.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { requestId } from '../../lib/requestId.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import { connection } from '../../live/events.ts';
import { AlertRow } from './AlertRow.tsx';

const LOOK_EVERY_MS = 5_000;

/** The printer does not print: why, what to do, and what waits. The sale goes on. */
export function PrinterAlert() {
  const { t } = useTranslation();
  const { language } = useFormat();
  const { online } = useStore(connection);
  const state = useQuery({
    ...trpc.receipts.state.queryOptions(),
    refetchInterval: LOOK_EVERY_MS,
    enabled: online,
  }).data;
  if (!online || !state?.set_up || state.problem === null) return null;
  const waiting = state.jobs.filter((job) => job.state === 'waiting');
  const drop = async (): Promise<void> => {
    for (const { job_id } of waiting)
      await client.receipts.cancel.mutate({ request_id: requestId(), job_id });
    await queryClient.invalidateQueries(trpc.receipts.state.queryFilter());
  };
  return (
    <AlertRow
      kind="amber"
      slim
      icon={<IconPrinterOff size={24} />}
      title={
        waiting.length === 0
          ? t('printer.title')
          : `${t('printer.title')}, ${t('printer.waiting', { count: state.waiting })}`
      }
      testId="printer-banner"
      actions={
        waiting.length > 0 && (
          <Button tone="outline" onPress={() => void drop()} testId="printer-drop">
            {t('printer.drop')}
          </Button>
        )
      }
    >
      {printerText(state.problem, language)}
    </AlertRow>
  );
}
