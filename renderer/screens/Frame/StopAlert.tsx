import { useQuery } from '@tanstack/react-query';
import { IconHandStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { openDialog } from '../../app/dialogs.ts';
import { Button } from '../../components/Button.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { AlertRow } from './AlertRow.tsx';

const ASK_MS = 1_000;

/** The emergency stop is on until somebody ends it: which taps have not said that they are shut is said in numbers. */
export function StopAlert({ on }: { on: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(
    trpc.taps.stopState.queryOptions(undefined, { enabled: on, staleTime: 0, refetchInterval: ASK_MS }),
  );
  if (!on) return null;
  const numbers = (states: string[]): string =>
    (data?.taps ?? [])
      .filter(({ state }) => states.includes(state))
      .map(({ number }) => format.number(number))
      .join(', ');
  const silent = numbers(['silent', 'no_node']);
  const waiting = numbers(['waiting']);
  const words =
    silent !== ''
      ? t('stop.shutByHand', { taps: silent })
      : waiting !== ''
        ? t('stop.waitingFor', { taps: waiting })
        : t('stop.allShut');
  return (
    <AlertRow
      kind="red"
      icon={<IconHandStop size={40} />}
      title={t('stop.isOn')}
      actions={
        <Button tone="onAlert" onPress={() => openDialog({ kind: 'endStop' })} testId="end-stop">
          {t('stop.end')}
        </Button>
      }
      testId="stop-alert"
    >
      <span data-testid="stop-silent">{data ? words : t('stop.waitingFor', { taps: '…' })}</span>
    </AlertRow>
  );
}
