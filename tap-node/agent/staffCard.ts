import type { RefusalWire } from '#domain/protocol/node';
import type { TapOffer } from '#domain/tap/offers';
import { pulsesToMl } from '#domain/quantity/volume';
import { become } from './decision.ts';
import type { Decision, Timer } from './decision.ts';
import { flowed } from './flowWatch.ts';
import type { Rinse, ShownRefusal, StaffCard, TapState } from './state.ts';

/*
 * A card of the staff lies on the tap. INVARIANTS:
 * - nothing happens by laying it down: the screen names one thing, and it is done when the card has stayed for HOLD_MS;
 *   lifted and laid again it names the next one. This needs no touch, and a card that was only passing does nothing
 * - the valve is open for cleaning only while the card lies there, and not for longer than without flow and in all is allowed
 * - what flows then is reported as cleaning: `stray`
 * - the tap stays in cleaning until a person ends it, at the tap or at the till: with caustic in its line it must never sell
 *   because time has passed
 */

export const HOLD_MS = 3_000;
/** Laid again within this time after it was lifted: the next offer. */
export const NEXT_MS = 6_000;
/** A hose that ran dry, or nobody there. */
export const RINSE_IDLE_MS = 60_000;
/** A cleaning takes 15 minutes; this is once more and some. */
export const RINSE_CAP_MS = 20 * 60_000;

type Offered = {
  client_tx_id: string;
  uid: string;
  first_sent_at: number;
  tries: number;
  away_since: number | null;
};

/** The till knows the card. Its attempt is over; the same presentation goes on here. */
export function offer(
  state: TapState,
  by: { attempt: Offered; offers: readonly TapOffer[]; refusal: RefusalWire },
  now: number,
): Decision {
  const { attempt, offers, refusal } = by;
  const [first] = offers;
  if (!first) return become(state);
  const { client_tx_id, uid, first_sent_at, tries, away_since } = attempt;
  const staff: StaffCard = {
    stage: 'offered',
    client_tx_id,
    uid,
    first_sent_at,
    tries,
    away_since,
    offers,
    offer: nextOffer(state, uid, offers, now) ?? first,
    since: now,
    refusal,
  };
  return become({ ...state, staff });
}

function nextOffer(
  { last_offer }: TapState,
  uid: string,
  offers: readonly TapOffer[],
  now: number,
): TapOffer | undefined {
  if (last_offer?.uid !== uid || now - last_offer.at > NEXT_MS) return undefined;
  return offers[(offers.indexOf(last_offer.offer) + 1) % offers.length];
}

/** The card has stayed: what the screen named is done. */
function takeOffer(state: TapState, now: number): Decision {
  const { staff } = state;
  if (staff?.stage !== 'offered') return become(state);
  const { client_tx_id, uid, first_sent_at, refusal } = staff;
  const rest = { ...state, staff: null, last_offer: null };
  switch (staff.offer) {
    case 'pour': {
      const tries = staff.tries + 1;
      const asked = { client_tx_id, uid, offers_wanted: false };
      return become(
        {
          ...rest,
          attempt: { stage: 'asking', ...asked, first_sent_at, tries, retry_at: null, away_since: null },
        },
        { kind: 'authorise', ...asked, attempt: tries },
      );
    }
    case 'rinse':
      return openForRinse(rest, uid, now);
    case 'clean':
    case 'end_cleaning': {
      const act = staff.offer === 'clean' ? 'start' : 'end';
      return tell({
        ...rest,
        staff: { stage: 'telling', act, client_tx_id, uid, since: now, retry_at: null, refusal },
      });
    }
  }
}

function tell(state: TapState): Decision {
  const { staff } = state;
  if (staff?.stage !== 'telling') return become(state);
  const { act, client_tx_id, uid } = staff;
  return become({ ...state, staff: { ...staff, retry_at: null } }, { kind: 'clean', act, client_tx_id, uid });
}

export function onCleanAnswered(
  state: TapState,
  event: { client_tx_id: string; outcome: 'started' | 'ended' | 'refused' },
  now: number,
): Decision {
  const { staff } = state;
  if (staff?.stage !== 'telling' || staff.client_tx_id !== event.client_tx_id) return become(state);
  const rest = { ...state, staff: null };
  if (event.outcome === 'refused') {
    const refusal: ShownRefusal = { since: now, what: { by: 'till', refusal: staff.refusal } };
    return become({ ...rest, refusal });
  }
  return event.outcome === 'started' ? openForRinse(rest, staff.uid, now) : become(rest);
}

export function onCleanFailed(
  state: TapState,
  event: { client_tx_id: string; retry_in_ms: number },
  now: number,
): Decision {
  const { staff } = state;
  if (staff?.stage !== 'telling' || staff.client_tx_id !== event.client_tx_id) return become(state);
  return become({ ...state, staff: { ...staff, retry_at: now + event.retry_in_ms } });
}

function openForRinse(state: TapState, uid: string, now: number): Decision {
  const { card, online, emergency_stop, faults, pour, config } = state;
  if (card?.uid !== uid || !online || emergency_stop || faults.length > 0 || pour || !config)
    return become(state);
  const rinse: Rinse = {
    stage: 'rinsing',
    uid,
    opened_at: now,
    last_flow_at: now,
    away_since: null,
    pulses: 0,
    ml: 0,
    confirmed: config.tap.status === 'cleaning',
  };
  return become({ ...state, staff: rinse, rinsed_pulses: 0 }, { kind: 'open_valve', client_tx_id: null });
}

/** Whatever the card of the staff was about is over; an open valve closes. */
export function endStaff(state: TapState): Decision {
  const { staff } = state;
  if (!staff) return become(state);
  const over = { ...state, staff: null };
  return staff.stage === 'rinsing' && staff.away_since === null
    ? become(over, { kind: 'close_valve' })
    : become(over);
}

/** Lifted: the valve closes now; a reader that only blinked finds everything as it was. */
export function holdStaff(state: TapState, now: number): Decision {
  const { staff } = state;
  if (!staff || staff.stage === 'telling' || staff.away_since !== null) return become(state);
  const away = { ...state, staff: { ...staff, away_since: now } };
  return staff.stage === 'rinsing' ? become(away, { kind: 'close_valve' }) : become(away);
}

export function cardBackToStaff(state: TapState, uid: string): Decision {
  const { staff } = state;
  if (!staff) return become(state);
  if (staff.uid !== uid) return staff.stage === 'telling' ? become(state) : endStaff(state);
  if (staff.stage === 'telling' || staff.away_since === null) return become(state);
  const back = { ...state, staff: { ...staff, away_since: null } };
  return staff.stage === 'rinsing' ? become(back, { kind: 'open_valve', client_tx_id: null }) : become(back);
}

/** The till may end the session too; its word may come after the node's own. */
export function staffSeesConfig(state: TapState): Decision {
  const { staff, config } = state;
  if (staff?.stage !== 'rinsing') return become(state);
  const cleaning = config?.tap.status === 'cleaning';
  if (!cleaning && staff.confirmed) return endStaff(state);
  return become({ ...state, staff: { ...staff, confirmed: cleaning || staff.confirmed } });
}

export function rinseFlow(state: TapState, fresh: number, now: number): TapState {
  const { staff, config } = state;
  if (staff?.stage !== 'rinsing') return state;
  const pulses = staff.pulses + fresh;
  const ml = pulsesToMl(pulses, Math.max(1, config?.tap.pulses_per_litre ?? 1));
  return flowed({ ...state, rinsed_pulses: pulses, staff: { ...staff, pulses, ml, last_flow_at: now } });
}

export function staffTimers(state: TapState): Timer[] {
  const { staff, config } = state;
  if (!staff || !config) return [];
  const { grace_ms, start_window_ms } = config.bar;
  switch (staff.stage) {
    case 'offered':
      return staff.away_since === null
        ? [{ at: staff.since + HOLD_MS, due: takeOffer }]
        : [{ at: staff.away_since + grace_ms, due: liftedOffer }];
    case 'telling': {
      const timers: Timer[] = [{ at: staff.since + start_window_ms, due: unanswered }];
      if (staff.retry_at !== null) timers.push({ at: staff.retry_at, due: tell });
      return timers;
    }
    case 'rinsing':
      return [
        { at: staff.opened_at + RINSE_CAP_MS, due: endStaff },
        { at: staff.last_flow_at + RINSE_IDLE_MS, due: endStaff },
        ...(staff.away_since === null ? [] : [{ at: staff.away_since + grace_ms, due: endStaff }]),
      ];
  }
}

function liftedOffer(state: TapState, now: number): Decision {
  const { staff } = state;
  if (staff?.stage !== 'offered') return become(state);
  const { uid, offer, away_since } = staff;
  return become({ ...state, staff: null, last_offer: { uid, offer, at: away_since ?? now } });
}

function unanswered(state: TapState, now: number): Decision {
  return become({
    ...state,
    staff: null,
    refusal: { since: now, what: { by: 'node', code: 'backend_unreachable' } },
  });
}
