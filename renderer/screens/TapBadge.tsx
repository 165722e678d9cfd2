import {
  IconAlertTriangle,
  IconBan,
  IconDroplet,
  IconDropletDown,
  IconDropletExclamation,
  IconDropletOff,
  IconHandStop,
  IconHourglass,
  IconPlayerPlay,
  IconPlugConnectedX,
  IconSpray,
  IconWifiOff,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, TapRow } from '#domain/protocol/till';
import { StateBadge } from '../components/StateBadge.tsx';
import type { Tone } from '../components/StateBadge.tsx';
import { useNow } from '../lib/clock.ts';
import { useStore } from '../lib/store.ts';
import { liveTaps } from '../live/events.ts';
import { tapView } from './tapState.ts';
import type { TapState } from './tapState.ts';

export const TAP_LOOKS: Record<TapState, { tone: Tone; Icon: typeof IconBan }> = {
  stopped: { tone: 'danger', Icon: IconHandStop },
  unpaired: { tone: 'attention', Icon: IconPlugConnectedX },
  silent: { tone: 'attention', Icon: IconWifiOff },
  pending: { tone: 'attention', Icon: IconHourglass },
  fault: { tone: 'attention', Icon: IconAlertTriangle },
  pouring: { tone: 'live', Icon: IconDroplet },
  cleaning: { tone: 'outline', Icon: IconSpray },
  disabled: { tone: 'outline', Icon: IconBan },
  no_keg: { tone: 'attention', Icon: IconDropletOff },
  no_flow: { tone: 'attention', Icon: IconDropletExclamation },
  low_flow: { tone: 'attention', Icon: IconDropletDown },
  selling: { tone: 'quiet', Icon: IconPlayerPlay },
};

/** How a tap stands right now, as in the strip. */
export function TapBadge({ tap, board, fetchedAt }: { tap: TapRow; board: BoardWire; fetchedAt: number }) {
  const { t } = useTranslation();
  const live = useStore(liveTaps).get(tap.tap_id);
  useNow();
  const moment = { live, now: Date.now(), fetchedAt, emergency_stop: board.emergency_stop };
  const { state } = tapView(tap, moment);
  const { tone, Icon } = TAP_LOOKS[state];
  return (
    <StateBadge tone={tone} icon={<Icon size={16} />}>
      {t(`tap.${state}`)}
    </StateBadge>
  );
}
