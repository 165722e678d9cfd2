import { useQuery } from '@tanstack/react-query';
import {
  IconBan,
  IconBarrel,
  IconGauge,
  IconPlayerPlay,
  IconPlugConnected,
  IconRefresh,
  IconSpray,
  IconCircleCheck,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, TapRow } from '#domain/protocol/till';
import { openDialog } from '../../app/dialogs.ts';
import { goTo } from '../../app/router.ts';
import { showNotice } from '../../app/notices.ts';
import { sessionStore } from '../../app/session.ts';
import { useStaffName } from '../../app/staffName.ts';
import { Empty, Figure } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import type { ButtonProps } from '../../components/Button.tsx';
import { Page, PageSection } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import table from '../Kegs/Kegs.module.css';
import { TapBadge } from '../TapBadge.tsx';
import classes from './Taps.module.css';

/** One tap: what it sells and how, what was done with it, and what may be done. */
export function TapPage({
  board,
  tap_id,
  fetchedAt,
}: {
  board: BoardWire;
  tap_id: number;
  fetchedAt: number;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const tap = board.taps.find((one) => one.tap_id === tap_id);
  if (!tap)
    return (
      <Page title={t('taps.title')}>
        <Empty icon={<IconPlugConnected size={40} />}>{t('service.noTap')}</Empty>
      </Page>
    );
  return (
    <Page
      title={`${t('lock.tap', { tap: format.number(tap.number) })} · ${tap.beverage ?? t('taps.noBeverage')}`}
      aside={<TapBadge tap={tap} board={board} fetchedAt={fetchedAt} />}
      foot={
        <Button size="money" tone="outline" onPress={() => goTo({ screen: 'taps', tap_id: null })}>
          {t('dialog.back')}
        </Button>
      }
      testId="tap-page"
    >
      <Figures tap={tap} />
      <Doings tap={tap} />
      <Cleanings tap_id={tap_id} />
      <Calibrations tap_id={tap_id} />
    </Page>
  );
}

function Figures({ tap }: { tap: TapRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { price_minor_per_litre: price, list_price_minor_per_litre: list } = tap;
  return (
    <div className={classes['figures']}>
      <Figure
        label={t('keg.left')}
        value={
          tap.keg_remaining_ml === null ? t('tap.no_keg') : format.litres(Math.max(0, tap.keg_remaining_ml))
        }
        note={
          tap.forecast_minutes === null
            ? undefined
            : t('service.lasts', { stay: format.stay(tap.forecast_minutes * 60_000) })
        }
        attention={tap.keg_low}
      />
      <Figure
        label={t('service.price')}
        value={price === null ? '—' : format.money(price)}
        note={
          list !== null && price !== null && price < list
            ? t('service.list', { price: format.money(list) })
            : undefined
        }
      />
      <Figure
        label={t('service.cleaned')}
        value={tap.cleaned_at === null ? t('service.neverCleaned') : format.moment(tap.cleaned_at)}
        note={tap.cleaning_due ? t('service.due') : undefined}
        attention={tap.cleaning_due}
      />
    </div>
  );
}

function Doings({ tap }: { tap: TapRow }) {
  const { t } = useTranslation();
  const role = useStore(sessionStore)?.operator.role;
  const { tap_id, status } = tap;
  const busy = tap.live_ml !== null || tap.visit_id !== null ? 'pouring' : null;
  const why = (reason: string | null): Pick<ButtonProps, 'blocked' | 'onBlocked'> => ({
    blocked: reason === null ? null : t(`service.blocked.${reason}.short`),
    onBlocked: () => showNotice({ kind: 'say', text: t(`service.blocked.${reason ?? 'pouring'}.instead`) }),
  });
  const waiting = status === 'processing_sync' ? 'waiting' : null;
  const cleaning = status === 'cleaning';
  const common = { left: true, wide: true } as const;
  return (
    <div className={classes['doings']}>
      <Button
        {...common}
        {...why(cleaning ? null : (busy ?? waiting))}
        icon={cleaning ? <IconCircleCheck size={20} /> : <IconSpray size={20} />}
        tone={cleaning ? 'primary' : 'plain'}
        onPress={() => openDialog({ kind: 'tapService', tap_id, doing: cleaning ? 'endCleaning' : 'clean' })}
        testId="tap-clean"
      >
        {t(cleaning ? 'service.doing.endCleaning' : 'service.doing.clean')}
      </Button>
      <Button
        {...common}
        {...why(cleaning ? 'cleaning' : waiting)}
        icon={status === 'disabled' ? <IconPlayerPlay size={20} /> : <IconBan size={20} />}
        onPress={() =>
          openDialog({ kind: 'tapService', tap_id, doing: status === 'disabled' ? 'enable' : 'disable' })
        }
        testId="tap-switch"
      >
        {t(status === 'disabled' ? 'service.doing.enable' : 'service.doing.disable')}
      </Button>
      <Button
        {...common}
        {...why(status === 'processing_sync' ? null : 'notWaiting')}
        icon={<IconRefresh size={20} />}
        onPress={() => openDialog({ kind: 'tapService', tap_id, doing: 'reset' })}
        testId="tap-reset"
      >
        {t('service.doing.reset')}
      </Button>
      <Button
        {...common}
        {...why(role === 'engineer' ? null : 'engineer')}
        icon={<IconGauge size={20} />}
        onPress={() => openDialog({ kind: 'calibrate', tap_id })}
        testId="tap-calibrate"
      >
        {t('service.doing.calibrate')}
      </Button>
      <Button
        {...common}
        {...why(tap.keg_id === null ? null : busy)}
        icon={<IconBarrel size={20} />}
        onPress={() =>
          tap.keg_id === null
            ? openDialog({ kind: 'putKeg', tap_id, keg_id: null })
            : openDialog({ kind: 'tapService', tap_id, doing: 'takeKegOff' })
        }
        testId="tap-keg"
      >
        {t(tap.keg_id === null ? 'keg.putTitle' : 'service.doing.takeKegOff')}
      </Button>
      <Button
        {...common}
        {...why(tap.silent_ms === null ? null : 'paired')}
        icon={<IconPlugConnected size={20} />}
        onPress={() => openDialog({ kind: 'connectTap', tap_id })}
      >
        {t('taps.connect')}
      </Button>
    </div>
  );
}

function Cleanings({ tap_id }: { tap_id: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const staffName = useStaffName();
  const { data: cleanings = [] } = useQuery(trpc.taps.cleanings.queryOptions({ tap_id }, { staleTime: 0 }));
  if (cleanings.length === 0) return null;
  return (
    <PageSection title={t('service.cleanings')}>
      <table className={table['table']}>
        <tbody>
          {cleanings.slice(0, 10).map((one) => (
            <tr key={one.session_id}>
              <td>{format.moment(one.started_at)}</td>
              <td className="dim">
                {one.ended_at === null
                  ? t('service.now')
                  : format.stay(Date.parse(one.ended_at) - Date.parse(one.started_at))}
              </td>
              <td>{one.reason}</td>
              <td className="dim">{staffName(one.cleaned_by)}</td>
              <td className={table['right']}>{format.litres(one.flowed_ml)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </PageSection>
  );
}

function Calibrations({ tap_id }: { tap_id: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const staffName = useStaffName();
  const { data: versions = [] } = useQuery(trpc.taps.calibrations.queryOptions({ tap_id }, { staleTime: 0 }));
  return (
    <PageSection title={t('service.calibrations')}>
      <table className={table['table']}>
        <tbody>
          {versions.slice(0, 10).map((one) => (
            <tr key={one.version}>
              <td className="strong">{t('service.version', { version: one.version })}</td>
              <td>{t('service.pulses', { pulses: format.count(one.pulses_per_litre) })}</td>
              <td className="dim">
                {one.spread_permille === null
                  ? t('service.unmeasured')
                  : t('service.spread', { spread: format.permille(one.spread_permille) })}
              </td>
              <td className="dim">{one.calibrated_by === null ? '' : staffName(one.calibrated_by)}</td>
              <td className={table['right']}>{format.moment(one.calibrated_at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </PageSection>
  );
}
