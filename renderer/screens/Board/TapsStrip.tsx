import { UnstyledButton } from '@mantine/core';
import { IconCreditCardOff, IconHandStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, TapRow } from '#domain/protocol/till';
import { refusalText } from '#domain/texts/refusals';
import { openDialog } from '../../app/dialogs.ts';
import { shortName } from '../../app/guestName.ts';
import { goTo } from '../../app/router.ts';
import { Empty } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { useNow } from '../../lib/clock.ts';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import { liveTaps } from '../../live/events.ts';
import type { LiveTap } from '../../live/events.ts';
import { TAP_LOOKS } from '../TapBadge.tsx';
import { tapView } from '../tapState.ts';
import type { TapState, TapView } from '../tapState.ts';
import classes from './Board.module.css';

/** How long a refusal stays beside its tap. */
const REFUSAL_MS = 15_000;

export function TapsStrip({ board, fetchedAt }: { board: BoardWire; fetchedAt: number }) {
  const { t } = useTranslation();
  const live = useStore(liveTaps);
  useNow();
  const now = Date.now();
  return (
    <section className={classes['taps']} aria-label={t('taps.title')}>
      <div className={cx(classes['zone'], classes['tapsZone'])}>
        {t('taps.title')}
        <span className="space" />
        <StopButton on={board.emergency_stop} />
      </div>
      <div className={classes['scroll']} data-testid="taps">
        {board.taps.length === 0 && <Empty>{t('taps.none')}</Empty>}
        {board.taps.map((tap) => {
          const moment = { live: live.get(tap.tap_id), now, fetchedAt, emergency_stop: board.emergency_stop };
          return <TapLine key={tap.tap_id} tap={tap} view={tapView(tap, moment)} live={moment.live} />;
        })}
      </div>
    </section>
  );
}

function StopButton({ on }: { on: boolean }) {
  const { t } = useTranslation();
  return (
    <Button
      size="row"
      label={on ? t('stop.end') : t('stop.all')}
      tone={on ? 'danger' : 'dangerEntry'}
      icon={<IconHandStop size={20} />}
      onPress={() => openDialog({ kind: on ? 'endStop' : 'stopAll' })}
      testId="stop-all"
    >
      {on ? t('stop.end') : t('stop.all')}
    </Button>
  );
}

/** What a press on the tap does; null: nothing waits for a hand. */
function actionOf(tap: TapRow, state: TapState): (() => void) | null {
  const { tap_id, visit_id } = tap;
  const actions: Partial<Record<TapState, () => void>> = {
    unpaired: () => openDialog({ kind: 'connectTap', tap_id }),
    silent: () => openDialog({ kind: 'silentTap', tap_id }),
    fault: () => openDialog({ kind: 'silentTap', tap_id }),
    pending: () => openDialog({ kind: 'pourByCode', visit_id: null, tap_id }),
    no_keg: () => openDialog({ kind: 'putKeg', tap_id, keg_id: null }),
    ...(visit_id !== null && { pouring: () => goTo({ screen: 'visits', visit_id }) }),
  };
  return actions[state] ?? null;
}

function TapLine({ tap, view, live }: { tap: TapRow; view: TapView; live: LiveTap | undefined }) {
  const { t } = useTranslation();
  const action = actionOf(tap, view.state);
  const { tone, Icon } = TAP_LOOKS[view.state];
  const refused = freshRefusal(live, view);
  const body = (
    <>
      <div>
        <div className={cx(classes['no'], 'num')}>{tap.number}</div>
        <div className={cx(classes['level'], view.low && classes['low'])}>
          <i style={{ width: `${100 * view.level}%` }} />
        </div>
      </div>
      <div className={classes['tapBody']}>
        <span className={cx(classes['tapName'], 'cut')} data-cut="beverage-of-tap">
          {tap.beverage ?? t('taps.noBeverage')}
        </span>
        <div className={classes['tapLine']}>
          {refused ? (
            <Refused refusal={refused} />
          ) : (
            <StateBadge tone={tone} icon={<Icon size={16} />}>
              {t(`tap.${view.state}`)}
            </StateBadge>
          )}
          {!refused && <TapNote tap={tap} view={view} />}
        </div>
      </div>
      <TapValue view={view} action={action} />
      <span className={cx(classes['mini'], tone === 'attention' && classes['miniAttention'])}>
        <Icon size={20} />
      </span>
    </>
  );
  const className = cx(classes['tap'], view.state === 'pouring' && classes['tapLive']);
  const testId = `tap-${tap.number}`;
  if (!action)
    return (
      <div className={className} data-testid={testId} data-state={view.state}>
        {body}
      </div>
    );
  return (
    <UnstyledButton className={className} onClick={action} data-testid={testId} data-state={view.state}>
      {body}
    </UnstyledButton>
  );
}

type Refusal = NonNullable<LiveTap['refusal']>;

/** A card that was just refused here, unless somebody pours: it stands in the place of the state for a while. */
function freshRefusal(live: LiveTap | undefined, view: TapView): Refusal | null {
  const refusal = live?.refusal;
  if (!refusal || view.state === 'pouring') return null;
  return Date.now() - refusal.at < REFUSAL_MS ? refusal : null;
}

function Refused({ refusal }: { refusal: Refusal }) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const { code, tap_number: at_tap_number, card_uid } = refusal;
  return (
    <span role="status" title={refusalText(code, { at_tap_number, card_uid }).operator[language]}>
      <StateBadge tone="attention" icon={<IconCreditCardOff size={16} />}>
        {t(`refused.${code}`)}
      </StateBadge>
    </span>
  );
}

function TapNote({ tap, view }: { tap: TapRow; view: TapView }) {
  const format = useFormat();
  if (view.state === 'pouring')
    return (
      <span className={cx(classes['tapGuest'], 'cut')} data-cut="guest-at-tap">
        {tap.guest_name && shortName(tap.guest_name)}
      </span>
    );
  if (view.state === 'silent')
    return <span className={cx(classes['tapGuest'], 'cut', 'num')}>{format.span(view.silent_ms)}</span>;
  if (view.state !== 'selling') return null;
  return (
    <span className={cx(view.low && classes['lowText'], 'cut', 'num')}>
      {format.litres(Math.max(0, tap.keg_remaining_ml ?? 0))}
    </span>
  );
}

function TapValue({ view, action }: { view: TapView; action: (() => void) | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (view.state === 'pouring')
    return (
      <span className={classes['tapValue']}>
        <span className={cx(classes['tapMl'], 'num')} style={{ display: 'block' }}>
          {format.count(view.ml ?? 0)}
          <small> {t('unit.ml')}</small>
        </span>
        <span className={cx(classes['tapMoney'], 'num')}>{format.money(view.minor ?? 0)}</span>
      </span>
    );
  if (!action) return <span />;
  return <span className={classes['fix']}>{t(`tap.fix.${view.state}`)}</span>;
}
