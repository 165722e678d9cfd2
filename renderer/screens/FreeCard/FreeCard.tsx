import {
  IconCashBanknote,
  IconDroplet,
  IconHourglass,
  IconLockOpen,
  IconPlayerStop,
  IconWifiOff,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, VisitWire } from '#domain/protocol/till';
import { useProblemText } from '../../app/useProblemText.ts';
import { Empty, Facts, Warning } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { useNow } from '../../lib/clock.ts';
import { useFormat } from '../../lib/format.tsx';
import { useLivePour } from '../../live/useLivePour.ts';
import { useWhom } from '../dialogParts.ts';
import { useFreeCard } from './useFreeCard.ts';

export interface FreeCardProps {
  visit: VisitWire;
  board: BoardWire;
  onClose: () => void;
}

/** Force unlock: says what happens to beer and to money, separately, and offers the gentler way first. */
export function FreeCard({ visit, board, onClose }: FreeCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const whom = useWhom();
  const now = useNow();
  const problemText = useProblemText();
  const form = useFreeCard(visit, board, onClose);
  const figures = useLivePour(board, visit.lock);
  const tap = format.number(visit.lock?.tap_number ?? 0);
  const running = visit.lock ? ` · ${format.running(now - Date.parse(visit.lock.lock_set_at))}` : '';
  if (visit.lock === null && !form.action.busy)
    return (
      <Dialog
        title={t('free.title')}
        subtitle={whom(visit)}
        cancel={t('dialog.close')}
        onClose={onClose}
        testId="dialog-free-card"
      >
        <Empty icon={<IconLockOpen size={40} />}>{t('free.already')}</Empty>
      </Dialog>
    );
  return (
    <Dialog
      title={t('free.title')}
      subtitle={`${whom(visit)}. ${visit.lock ? t('lock.on', { tap }) + running : t('lock.free')}`}
      onClose={onClose}
      cancel={t('free.cancel')}
      problem={problemText(form.action.problem, 'free.unreachable')}
      confirm={{
        label: t('free.confirm'),
        tone: 'danger',
        icon: <IconLockOpen size={24} />,
        blocked:
          visit.lock === null
            ? t('blocked.no_lock.short')
            : form.reason.trim() === ''
              ? t('reason.needed')
              : null,
        busy: form.action.busy,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-free-card"
    >
      {form.reachable ? (
        <Warning
          icon={<IconDroplet size={24} />}
          fact={t('free.pouring', { tap, ml: format.ml(figures.ml) })}
        >
          {t('free.gentler')}
        </Warning>
      ) : (
        <Warning icon={<IconWifiOff size={24} />} fact={t('free.silent', { tap })}>
          {t('free.silentText')}
        </Warning>
      )}
      <Facts
        title={t('free.then')}
        facts={[
          {
            icon: <IconPlayerStop size={20} />,
            text: form.reachable ? t('free.beer', { tap }) : t('free.beerSilent', { tap }),
          },
          { icon: <IconCashBanknote size={20} />, text: t('free.money') },
          { icon: <IconHourglass size={20} />, text: t('free.until') },
        ]}
      />
      <ReasonPicker
        reasons={[t('free.reason.stuck'), t('free.reason.left'), t('free.reason.silent')]}
        value={form.reason}
        onChange={form.setReason}
        autoFocus
      />
    </Dialog>
  );
}
