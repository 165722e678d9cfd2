import type { AuthoriseAnswer, GrantWire } from '#domain/protocol/node';
import { AT_ONCE, become } from './decision.ts';
import type { Decision, Timer } from './decision.ts';
import { startPour } from './pour.ts';
import { offer } from './staffCard.ts';
import { mayAsk, mustNotOpen } from './state.ts';
import type { Attempt, AskingAttempt, GrantedAttempt, ShownRefusal, TapState } from './state.ts';

/*
 * One presentation of a card, from laying it down to the durable intent. INVARIANTS:
 * - a client_tx_id belongs to one presentation; an attempt given up is never taken up again (H10)
 * - the start window counts from the first sending (H07); when it is over the attempt is given up and cancelled
 * - cancel(tx) is sent only while there is no intent (H10); once the journal is asked for one, the grant ends by a settle
 * - an answer counts only for the attempt in progress (H11) and only if its grant has no remembered stop (H14)
 */

export const REFUSAL_SHOWN_MS = 4_000;

function startAttempt(state: TapState, now: number): Decision {
  if (!state.card) return become(state);
  const { uid, client_tx_id } = state.card;
  const attempt: Attempt = { stage: 'queued', client_tx_id, uid, away_since: null, since: now };
  return become({ ...state, card: { ...state.card, used: true }, attempt, refusal: null, saved: null });
}

function sendFirst(state: TapState, now: number): Decision {
  if (state.attempt?.stage !== 'queued') return become(state);
  const { client_tx_id, uid, away_since } = state.attempt;
  const attempt: Attempt = {
    stage: 'asking',
    client_tx_id,
    uid,
    away_since,
    first_sent_at: now,
    tries: 1,
    retry_at: null,
    offers_wanted: true,
  };
  return become(
    { ...state, attempt },
    { kind: 'authorise', client_tx_id, uid, attempt: 1, offers_wanted: true },
  );
}

function sendAgain(state: TapState): Decision {
  const { attempt } = state;
  if (attempt?.stage !== 'asking') return become(state);
  const tries = attempt.tries + 1;
  return become(
    { ...state, attempt: { ...attempt, tries, retry_at: null } },
    {
      kind: 'authorise',
      client_tx_id: attempt.client_tx_id,
      uid: attempt.uid,
      attempt: tries,
      offers_wanted: attempt.offers_wanted,
    },
  );
}

/** Ends an attempt that has no intent. What was sent is cancelled, so that the till frees the card. */
export function giveUp(state: TapState, refusal: ShownRefusal | null = null): Decision {
  const { attempt } = state;
  if (!attempt || attempt.stage === 'intending') return become(state);
  const without = { ...state, attempt: null, refusal: refusal ?? state.refusal };
  return attempt.stage === 'queued' ? become(without) : cancel(without, attempt.client_tx_id);
}

function cancel(state: TapState, client_tx_id: string): Decision {
  return become(
    { ...state, cancelling: [...state.cancelling, client_tx_id] },
    { kind: 'cancel', client_tx_id },
  );
}

const unreachable = (now: number): ShownRefusal => ({
  since: now,
  what: { by: 'node', code: 'backend_unreachable' },
});

export function onAnswer(
  state: TapState,
  { client_tx_id, answer }: { client_tx_id: string; answer: AuthoriseAnswer },
  now: number,
): Decision {
  const { attempt } = state;
  if (attempt?.stage !== 'asking' || attempt.client_tx_id !== client_tx_id)
    return onLateAnswer(state, client_tx_id, answer);
  if (answer.outcome === 'refused') {
    const { offers, refusal } = answer;
    if (offers && attempt.offers_wanted)
      return offer({ ...state, attempt: null }, { attempt, offers, refusal }, now);
    const refused = {
      ...state,
      attempt: null,
      refusal: { since: now, what: { by: 'till' as const, refusal: answer.refusal } },
    };
    return answer.refusal.code === 'grant_over' ? cancel(refused, client_tx_id) : become(refused);
  }
  return onGrant(state, attempt, answer.grant, now);
}

function onGrant(state: TapState, attempt: AskingAttempt, grant: GrantWire, now: number): Decision {
  const foreign = grant.client_tx_id !== attempt.client_tx_id || grant.tap_id !== state.tap_id;
  if (foreign || mustNotOpen(state, grant)) return giveUp(state);
  const granted: GrantedAttempt = {
    stage: 'granted',
    client_tx_id: attempt.client_tx_id,
    uid: attempt.uid,
    away_since: attempt.away_since,
    first_sent_at: attempt.first_sent_at,
    grant,
    granted_at: now,
  };
  return writeIntent({ ...state, attempt: granted });
}

/** A granted attempt asks the journal for the intent as soon as its card is (again) there. */
function writeIntent(state: TapState): Decision {
  const { attempt, config } = state;
  if (attempt?.stage !== 'granted' || attempt.away_since !== null || !config) return become(state);
  return become(
    { ...state, attempt: { ...attempt, stage: 'intending' } },
    {
      kind: 'journal_intent',
      client_tx_id: attempt.client_tx_id,
      grant: attempt.grant,
      calibration_version: config.tap.calibration_version,
    },
  );
}

/** A grant for an attempt that is over must not lock the card: cancel it, unless an intent ever existed. */
function onLateAnswer(state: TapState, client_tx_id: string, answer: AuthoriseAnswer): Decision {
  const known =
    state.attempt?.client_tx_id === client_tx_id ||
    state.pour?.grant.client_tx_id === client_tx_id ||
    state.cancelling.includes(client_tx_id) ||
    state.unsynced.some((pour) => pour.client_tx_id === client_tx_id);
  return answer.outcome === 'granted' && !known ? cancel(state, client_tx_id) : become(state);
}

export function onAuthoriseFailed(
  state: TapState,
  { client_tx_id, retry_in_ms }: { client_tx_id: string; retry_in_ms: number },
  now: number,
): Decision {
  const { attempt } = state;
  if (attempt?.stage !== 'asking' || attempt.client_tx_id !== client_tx_id) return become(state);
  return become({ ...state, attempt: { ...attempt, retry_at: now + retry_in_ms } });
}

export function onIntentDurable(
  state: TapState,
  { client_tx_id, seq }: { client_tx_id: string; seq: number },
  now: number,
): Decision {
  const { attempt } = state;
  if (attempt?.stage !== 'intending' || attempt.client_tx_id !== client_tx_id) return become(state);
  return startPour({ ...state, attempt: null }, { attempt, seq }, now);
}

/** Nothing was written, so there is no intent: the grant may be cancelled. */
export function onIntentFailed(
  state: TapState,
  { client_tx_id, why }: { client_tx_id: string; why: 'journal_full' | 'journal_failed' },
  now: number,
): Decision {
  const { attempt } = state;
  if (attempt?.stage !== 'intending' || attempt.client_tx_id !== client_tx_id) return become(state);
  const refusal: ShownRefusal = { since: now, what: { by: 'node', code: 'journal_full' } };
  return cancel(
    { ...state, attempt: null, refusal, journal_full: state.journal_full || why === 'journal_full' },
    client_tx_id,
  );
}

/** The attempt's own card is back within the grace, or another one takes its place. */
export function cardBackToAttempt(state: TapState, uid: string, now: number): Decision {
  const { attempt } = state;
  if (!attempt) return become(state);
  if (attempt.uid === uid) return writeIntent({ ...state, attempt: { ...attempt, away_since: null } });
  if (attempt.stage === 'intending')
    return become({ ...state, attempt: { ...attempt, away_since: attempt.away_since ?? now } });
  return giveUp(state);
}

export function attemptTimers(state: TapState): Timer[] {
  const { attempt, card, config } = state;
  if (!attempt) return card && !card.used && mayAsk(state) ? [{ at: AT_ONCE, due: startAttempt }] : [];
  if (attempt.stage === 'intending' || !config) return [];
  const { grace_ms, start_window_ms } = config.bar;
  const timers: Timer[] = [];
  if (attempt.away_since !== null)
    timers.push({ at: attempt.away_since + grace_ms, due: (now_state) => giveUp(now_state) });
  const began = attempt.stage === 'queued' ? attempt.since : attempt.first_sent_at;
  timers.push({ at: began + start_window_ms, due: (now_state, now) => giveUp(now_state, unreachable(now)) });
  if (attempt.stage === 'queued' && state.cancelling.length === 0)
    timers.push({ at: AT_ONCE, due: sendFirst });
  if (attempt.stage === 'asking' && attempt.retry_at !== null)
    timers.push({ at: attempt.retry_at, due: sendAgain });
  return timers;
}

/** A refusal stays while its card lies there, and for a moment after. */
export function refusalTimers(state: TapState): Timer[] {
  if (!state.refusal || state.card) return [];
  return [
    {
      at: state.refusal.since + REFUSAL_SHOWN_MS,
      due: (now_state) => become({ ...now_state, refusal: null }),
    },
  ];
}
