import type { NodeConfig } from '#domain/protocol/node';
import {
  attemptTimers,
  cardBackToAttempt,
  giveUp,
  onAnswer,
  onAuthoriseFailed,
  onIntentDurable,
  onIntentFailed,
  refusalTimers,
} from './attempt.ts';
import { become, andThen } from './decision.ts';
import type { Decision, Timer } from './decision.ts';
import type { TapEvent } from './events.ts';
import {
  cardBackToPour,
  closePour,
  holdPour,
  onCheckpointDone,
  onEndDurable,
  onEndFailed,
  onVerdict,
  pourFlow,
  pourTimers,
} from './pour.ts';
import {
  cardBackToStaff,
  endStaff,
  holdStaff,
  onCleanAnswered,
  onCleanFailed,
  rinseFlow,
  staffSeesConfig,
  staffTimers,
} from './staffCard.ts';
import type { Fault, TapState } from './state.ts';
import { flowed, watchPace } from './flowWatch.ts';
import { strayFlow, strayTimers } from './stray.ts';

/** A node remembers this many stops; grant ids are random, so an old one can only be forgotten, never mistaken. */
const MAX_STOPS = 500;

/**
 * What a tap does next: 10-grants, "node". Pure: time, random numbers and the world come as arguments.
 * What is due by `now` happens before the event counts: a grant that comes after the window finds the attempt given up.
 */
export function decide(state: TapState, event: TapEvent, now: number): Decision {
  const due = passTime(state, now);
  const heard = andThen(due, (at_event) => apply(at_event, event, now));
  return andThen(heard, (after) => passTime(after, now));
}

/** When this tap must be asked again even if nothing happens; Infinity: never. */
export function nextDeadline(state: TapState): number {
  return timersOf(state).reduce((soonest, timer) => Math.min(soonest, timer.at), Infinity);
}

function timersOf(state: TapState): Timer[] {
  return [
    ...pourTimers(state),
    ...attemptTimers(state),
    ...staffTimers(state),
    ...refusalTimers(state),
    ...strayTimers(state),
  ];
}

function passTime(state: TapState, now: number): Decision {
  let decision = become(state);
  for (;;) {
    const timers = timersOf(decision.state).filter((timer) => timer.at <= now);
    const [first] = timers.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    if (!first) return decision;
    decision = andThen(decision, (before) => first.due(before, now));
  }
}

function apply(state: TapState, event: TapEvent, now: number): Decision {
  switch (event.kind) {
    case 'tick':
      return become(state);
    case 'config':
      return onConfig(state, event.config, now);
    case 'link':
      return become({ ...state, online: event.up });
    case 'card_laid':
      return onCardLaid(state, event, now);
    case 'card_removed':
      return onCardRemoved(state, now);
    case 'meter':
      return become(onMeter(state, event.pulses, now));
    case 'authorise_answered':
      return onAnswer(state, event, now);
    case 'authorise_failed':
      return onAuthoriseFailed(state, event, now);
    case 'clean_answered':
      return onCleanAnswered(state, event, now);
    case 'clean_failed':
      return onCleanFailed(state, event, now);
    case 'cancelled':
      return become({ ...state, cancelling: state.cancelling.filter((tx) => tx !== event.client_tx_id) });
    case 'intent_durable':
      return onIntentDurable(state, event, now);
    case 'intent_failed':
      return onIntentFailed(state, event, now);
    case 'checkpoint_done':
      return onCheckpointDone(state, event.client_tx_id);
    case 'end_durable':
      return onEndDurable(state, event.client_tx_id, now);
    case 'end_failed':
      return onEndFailed(state, event, now);
    case 'verdict':
      return onVerdict(state, event.client_tx_id, now);
    case 'stop_grant':
      return onStopGrant(state, event.grant_id, now);
    case 'emergency_stop':
      return onEmergencyStop(state, event.on, now);
    case 'journal_room':
      return become({ ...state, journal_full: event.full });
    case 'fault':
      return onFault(state, event.fault, now);
    case 'fault_over':
      return become({ ...state, faults: state.faults.filter((fault) => fault !== event.fault) });
  }
}

function onConfig(state: TapState, config: NodeConfig, now: number): Decision {
  const { taps, ...bar } = config;
  const tap = taps.find((one) => one.tap_id === state.tap_id);
  const configured = { ...state, config: tap ? { bar, tap } : null };
  const seen = staffSeesConfig(configured);
  if (bar.emergency_stop === state.emergency_stop) return seen;
  return andThen(seen, (next) => onEmergencyStop(next, bar.emergency_stop, now));
}

function onCardLaid(state: TapState, event: { uid: string; client_tx_id: string }, now: number): Decision {
  const { uid, client_tx_id } = event;
  if (state.card?.uid === uid) return become(state);
  const belongs =
    state.attempt?.uid === uid || (state.pour?.uid === uid && isRunning(state)) || state.staff?.uid === uid;
  const laid: TapState = { ...state, card: { uid, client_tx_id, used: belongs }, refusal: null };
  const attempted = andThen(cardBackToAttempt(laid, uid, now), (next) => cardBackToStaff(next, uid));
  return andThen(attempted, (next) => cardBackToPour(next, uid, now));
}

function isRunning({ pour }: TapState): boolean {
  return pour?.stage === 'flowing' || pour?.stage === 'held';
}

function onCardRemoved(state: TapState, now: number): Decision {
  const attempt = state.attempt && { ...state.attempt, away_since: state.attempt.away_since ?? now };
  return andThen(holdPour({ ...state, card: null, attempt }, now), (next) => holdStaff(next, now));
}

/** Pulses go to the pour until its end is written; after that they are nobody's. */
function onMeter(state: TapState, pulses: number, now: number): TapState {
  const fresh = Math.max(0, pulses - (state.meter_pulses ?? pulses));
  const read = { ...state, meter_pulses: pulses };
  if (fresh === 0) return read;
  const { pour } = state;
  if (pour && pour.stage !== 'ending')
    return watchPace(flowed({ ...read, pour: pourFlow(pour, fresh, now) }), now);
  return strayFlow(rinseFlow(read, fresh, now), fresh, now);
}

function onStopGrant(state: TapState, grant_id: string, now: number): Decision {
  const stops = state.stops.includes(grant_id) ? state.stops : [...state.stops, grant_id].slice(-MAX_STOPS);
  const remembered = { ...state, stops };
  const { attempt, pour } = remembered;
  const hits = attempt?.stage === 'granted' && attempt.grant.grant_id === grant_id;
  const stopped = hits
    ? giveUp(remembered)
    : pour?.grant.grant_id === grant_id
      ? closePour(remembered, 'stopped', now)
      : become(remembered);
  return andThen(stopped, (next) => become(next, { kind: 'acknowledge_stop', grant_id }));
}

function onEmergencyStop(state: TapState, on: boolean, now: number): Decision {
  const told = { ...state, emergency_stop: on };
  if (!on) return become(told);
  const closed = andThen(become(told, { kind: 'close_valve' }), (next) => closePour(next, 'stopped', now));
  return andThen(closed, giveUpAll);
}

function onFault(state: TapState, fault: Fault, now: number): Decision {
  if (state.faults.includes(fault)) return become(state);
  const broken: TapState = {
    ...state,
    faults: [...state.faults, fault],
    card: fault === 'reader' ? null : state.card,
  };
  const closed = andThen(become(broken, { kind: 'close_valve' }), (next) =>
    closePour(next, fault === 'reader' ? 'reader_lost' : 'fault', now),
  );
  return andThen(closed, giveUpAll);
}

function giveUpAll(state: TapState): Decision {
  return andThen(giveUp(state), endStaff);
}
