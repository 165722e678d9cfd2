import { IconPlugConnected, IconWifiOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire } from '#domain/protocol/till';
import { openDialog } from '../../app/dialogs.ts';
import { Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { useFormat } from '../../lib/format.tsx';
import classes from './Taps.module.css';

/** What to do about a tap that is not heard: nothing is lost, and in which order to look. */
export function SilentTap({
  tap_id,
  board,
  onClose,
}: {
  tap_id: number;
  board: BoardWire;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const tap = board.taps.find((one) => one.tap_id === tap_id);
  if (!tap) return null;
  const waits = tap.pending_grant_ids.length > 0;
  return (
    <Dialog
      title={t('silent.title', { tap: format.number(tap.number) })}
      onClose={onClose}
      cancel={t('dialog.close')}
      beside={
        waits ? (
          <Button
            size="money"
            tone="primary"
            onPress={() => openDialog({ kind: 'pourByCode', visit_id: null, tap_id })}
          >
            {t('action.reconcile')}
          </Button>
        ) : (
          <Button
            size="money"
            icon={<IconPlugConnected size={24} />}
            onPress={() => openDialog({ kind: 'connectTap', tap_id })}
          >
            {t('silent.again')}
          </Button>
        )
      }
      testId="dialog-silent-tap"
    >
      <Warning icon={<IconWifiOff size={24} />} fact={t('silent.safe')}>
        {t('silent.safeText')}
      </Warning>
      <ol className={classes['list']}>
        <li>{t('silent.step1')}</li>
        <li>{t('silent.step2')}</li>
        <li>{t('silent.step3')}</li>
      </ol>
    </Dialog>
  );
}
