import type { NextAction, NodeRefusalCode, RefusalCode } from '../grant/refusals.ts';
import type { Sentence } from '../protocol/node.ts';
import type { TapStatus } from '../tap/statuses.ts';
import { cardTail, formatMoney, formatNumber } from './format.ts';

/** What a refusal says: to the guest one fact and one thing to do, to the staff what it is about. */
export type RefusalText = {
  guest: Sentence;
  guest_action: Sentence;
  operator: Sentence;
  next_action: NextAction;
};

export type RefusalParams = {
  /** the other tap of card_in_use_on_other_tap */
  tap_number?: number | null;
  balance_minor?: number | null;
  currency?: string | null;
  /** for the staff: the tap that refused, and the card */
  at_tap_number?: number | null;
  card_uid?: string | null;
  /** why a tap is unavailable */
  tap_status?: TapStatus | null;
};

type Source = {
  guest: (params: RefusalParams) => Sentence;
  guest_action: Sentence;
  operator: (params: RefusalParams) => Sentence;
  next_action: NextAction;
};

const say = (ru: string, en: string): Sentence => ({ ru, en });
const GO_TO_BAR = say('Подойдите к бару', 'Please come to the bar');
const OTHER_TAP = say('Выберите другой кран', 'Try another tap');
const NEXT_TAP = say('Налейте пока на соседнем', 'Try the next one');
const NO_CONNECTION = say('Нет связи с баром', 'No connection to the bar');

/** «… на кране №3» when the tap is known */
function atTap(what: Sentence, params: RefusalParams): Sentence {
  const tap = params.at_tap_number;
  if (!tap) return what;
  return say(
    `${what.ru} на кране ${formatNumber(tap, 'ru')}`,
    `${what.en} at tap ${formatNumber(tap, 'en')}`,
  );
}

/** «Кран №6: …» when the tap is known */
function ofTap(what: Sentence, params: RefusalParams): Sentence {
  const tap = params.at_tap_number;
  const first = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  if (!tap) return say(first(what.ru), first(what.en));
  return say(`Кран ${formatNumber(tap, 'ru')}: ${what.ru}`, `Tap ${formatNumber(tap, 'en')}: ${what.en}`);
}

function card(params: RefusalParams): Sentence {
  if (!params.card_uid) return say('Карта', 'Card');
  return say(`Карта ${cardTail(params.card_uid)}`, `Card ${cardTail(params.card_uid)}`);
}

function inUseElsewhere(params: RefusalParams): Sentence {
  const other = params.tap_number;
  const where = other ? formatNumber(other, 'ru') : '';
  if (!other) return say('По этой карте сейчас наливают', 'This card is pouring at another tap');
  return say(`По этой карте сейчас наливают на кране ${where}`, `This card is pouring at tap ${other}`);
}

function inUseForStaff(params: RefusalParams): Sentence {
  const { at_tap_number: here, tap_number: other } = params;
  const who = card(params);
  const ru = `${who.ru}: отказ${here ? ` на кране ${formatNumber(here, 'ru')}` : ''}, занята ${other ? `краном ${formatNumber(other, 'ru')}` : 'другим краном'}`;
  const en = `${who.en}: refused${here ? ` at tap ${formatNumber(here, 'en')}` : ''}, locked on ${other ? `tap ${formatNumber(other, 'en')}` : 'another tap'}`;
  return say(ru, en);
}

function notEnough(params: RefusalParams): Sentence {
  const { balance_minor, currency } = params;
  if (typeof balance_minor !== 'number' || !currency || balance_minor < 0)
    return say('Денег на карте не хватит', 'Not enough money on this card');
  return say(
    `На карте ${formatMoney(balance_minor, currency, 'ru')}, этого не хватит`,
    `You have ${formatMoney(balance_minor, currency, 'en')}, not enough to pour`,
  );
}

const notOpen: Source = {
  guest: () => say('Карта не открыта', 'This card is not open'),
  guest_action: GO_TO_BAR,
  operator: (params) => atTap(say('Карта без визита', 'Card without a visit'), params),
  next_action: 'open_visit',
};

const REFUSALS: Record<RefusalCode | NodeRefusalCode, Source> = {
  node_not_allowed: {
    guest: () => NO_CONNECTION,
    guest_action: OTHER_TAP,
    operator: (params) => ofTap(say('не подключён к кассе', 'not connected to the till'), params),
    next_action: 'pair_tap',
  },
  node_outdated: {
    guest: () => say('Этот кран сейчас не наливает', 'This tap is not pouring now'),
    guest_action: OTHER_TAP,
    operator: (params) => ofTap(say('обновите программу крана', 'update the tap’s software'), params),
    next_action: 'update_node',
  },
  shift_closed: {
    guest: () => say('Бар сейчас не наливает', 'The bar is not pouring now'),
    guest_action: say('Спросите бармена', 'Ask the bartender'),
    operator: () => say('Откройте смену', 'Open the shift'),
    next_action: 'open_shift',
  },
  emergency_stop: {
    guest: () => say('Кран остановлен', 'This tap is stopped'),
    guest_action: say('Дождитесь бармена', 'Please wait for the bartender'),
    operator: () => say('Аварийная остановка', 'Emergency stop'),
    next_action: 'end_emergency_stop',
  },
  tap_unavailable: {
    guest: ({ tap_status }) =>
      tap_status === 'cleaning'
        ? say('Промываем этот кран', 'We are cleaning this tap')
        : say('Этот кран сейчас не наливает', 'This tap is not pouring now'),
    guest_action: NEXT_TAP,
    operator: (params) =>
      params.tap_status === 'cleaning'
        ? ofTap(say('промывка', 'cleaning'), params)
        : ofTap(say('кран выключен', 'tap switched off'), params),
    next_action: 'use_other_tap',
  },
  tap_processing_sync: {
    guest: () => say('Записываем предыдущий налив', 'Saving the last pour'),
    guest_action: say('Подождите или выберите другой кран', 'Wait or try another tap'),
    operator: (params) => ofTap(say('ждёт объёма', 'volume pending'), params),
    next_action: 'wait_for_sync',
  },
  no_keg: {
    guest: () => say('Здесь закончилось', 'This one has run out'),
    guest_action: OTHER_TAP,
    operator: (params) => ofTap(say('поставить кегу', 'put on a keg'), params),
    next_action: 'change_keg',
  },
  card_unknown: {
    ...notOpen,
    operator: (params) => atTap(say('Карта не из запаса бара', 'Card is not in the bar’s pool'), params),
    next_action: 'add_card_to_pool',
  },
  lost_card: {
    guest: () => say('Эта карта отмечена как утерянная', 'This card is marked as lost'),
    guest_action: say('Отнесите её бармену', 'Please take it to the bar'),
    operator: (params) => atTap(say('Утерянная карта', 'Lost card'), params),
    next_action: 'take_card',
  },
  no_active_visit: notOpen,
  guest_blocked: {
    guest: () => say('Этой картой налить нельзя', 'This card cannot pour'),
    guest_action: GO_TO_BAR,
    operator: (params) => atTap(say('Гость заблокирован', 'Guest is blocked'), params),
    next_action: 'talk_to_guest',
  },
  debt_open: {
    guest: () => say('Сначала закроем прошлый счёт', 'There is something to settle first'),
    guest_action: GO_TO_BAR,
    operator: (params) => atTap(say('У гостя не оплачен налив', 'Guest has an unpaid pour'), params),
    next_action: 'settle_debt',
  },
  card_in_use_here: {
    guest: () => say('По этой карте здесь уже наливают', 'This card is already pouring here'),
    guest_action: say('Закончите налив или подойдите к бару', 'Finish it or come to the bar'),
    operator: (params) =>
      atTap(say(`${card(params).ru}: уже занята`, `${card(params).en}: already locked`), params),
    next_action: 'finish_pour',
  },
  card_in_use_on_other_tap: {
    guest: inUseElsewhere,
    guest_action: say('Закончите там или подойдите к бару', 'Finish there or come to the bar'),
    operator: inUseForStaff,
    next_action: 'finish_pour',
  },
  service_limit: {
    guest: () => say('На сегодня это весь лимит', 'That is today’s limit'),
    guest_action: GO_TO_BAR,
    operator: (params) => atTap(say('Норма на сегодня выпита', 'Today’s limit used up'), params),
    next_action: 'raise_limit',
  },
  insufficient_funds: {
    guest: notEnough,
    guest_action: say('Пополните карту на баре', 'Top up your card at the bar'),
    operator: (params) => atTap(say('Не хватает денег', 'Not enough money'), params),
    next_action: 'top_up',
  },
  grant_over: {
    guest: () => say('Этот налив уже закончен', 'This pour is already over'),
    guest_action: say('Приложите карту ещё раз', 'Lay the card down again'),
    operator: (params) => atTap(say('Налив уже закончен', 'Pour is already over'), params),
    next_action: 'lay_card_again',
  },
  backend_unreachable: {
    guest: () => NO_CONNECTION,
    guest_action: OTHER_TAP,
    operator: (params) => ofTap(say('нет связи', 'no connection'), params),
    next_action: 'use_other_tap',
  },
  journal_full: {
    guest: () => NO_CONNECTION,
    guest_action: OTHER_TAP,
    operator: (params) =>
      ofTap(say('память крана заполнена, верните связь', 'memory is full, restore the connection'), params),
    next_action: 'use_other_tap',
  },
};

export function refusalText(code: RefusalCode | NodeRefusalCode, params: RefusalParams = {}): RefusalText {
  const source = REFUSALS[code];
  return {
    guest: source.guest(params),
    guest_action: source.guest_action,
    operator: source.operator(params),
    next_action: source.next_action,
  };
}
