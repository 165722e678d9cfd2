import type { PairingShown } from '#tap-node/pairing/pairNode';
import type { TapState } from '#tap-node/agent/state';
import { aConfig, aGrant, aRefusal, Bench, OTHER_UID, TX, TX2, UID } from './tapFixture.ts';

const english = { language: 'en' as const };
const enConfig = aConfig(english);
const enTaps = enConfig.taps.map((tap) => ({
  ...tap,
  beverage: tap.beverage && { ...tap.beverage, name: 'Pils Old Bridge', style: 'Pale lager' },
}));

function inEnglish(tap: Bench): Bench {
  return tap.hear({ kind: 'config', config: { ...enConfig, taps: enTaps } });
}

function refused(code: Parameters<typeof aRefusal>[0], sentence?: [string, string]): Bench {
  const refusal = aRefusal(code);
  const [guest, action] = sentence ?? [refusal.guest.ru, refusal.guest_action.ru];
  const said = {
    ...refusal,
    guest: { ...refusal.guest, ru: guest },
    guest_action: { ...refusal.guest_action, ru: action },
  };
  return Bench.selling()
    .lay()
    .hear({ kind: 'authorise_answered', client_tx_id: TX, answer: { outcome: 'refused', refusal: said } });
}

const finished = (ml: number) =>
  Bench.selling().pouring().flow(ml).lift().wait(500).hear({ kind: 'end_durable', client_tx_id: TX });

/** The valve opened three times, and nothing came. */
function dryPours(tap: Bench): Bench {
  for (let times = 0; times < 3; times++)
    tap
      .lay()
      .grant(aGrant({ language: tap.state.config?.bar.language ?? 'ru' }))
      .durable()
      .wait(10_000)
      .lift()
      .wait(2_000)
      .hear({ kind: 'end_durable', client_tx_id: TX })
      .hear({ kind: 'verdict', client_tx_id: TX });
  return tap;
}

const cleaned = () => Bench.selling().hear({ kind: 'config', config: aConfig({ status: 'cleaning' }) });

/** Every state of the guest screen, reached through `decide`: mock/08. */
export const SCREEN_STATES: Readonly<Record<string, () => Bench>> = {
  idle: () => Bench.selling(),
  'idle-en': () => inEnglish(Bench.selling()),
  'idle-long': () =>
    Bench.selling().hear({
      kind: 'config',
      config: aConfig({
        taps: aConfig().taps.map((tap) => ({
          ...tap,
          number: 12,
          beverage: {
            name: 'Имперский стаут «Ночная смена», выдержанный в дубе',
            style: 'Имперский стаут бочковой выдержки',
            abv_permille: 115,
            price_minor_per_litre: 1_234_500,
          },
        })),
      }),
    }),
  'no-keg': () =>
    Bench.selling().hear({
      kind: 'config',
      config: aConfig({ taps: aConfig().taps.map((tap) => ({ ...tap, beverage: null })) }),
    }),
  disabled: () => Bench.selling().hear({ kind: 'config', config: aConfig({ status: 'disabled' }) }),
  asking: () => Bench.selling().lay(),
  greeting: () => Bench.selling().pouring(),
  'greeting-nameless-en': () =>
    inEnglish(Bench.selling())
      .lay()
      .grant(aGrant({ display_name: null, language: 'en', limit_ml: 640 }))
      .durable(),
  'greeting-long': () =>
    Bench.selling()
      .lay()
      .grant(aGrant({ display_name: 'Константин-Александр', balance_minor: 12_345_678 }))
      .durable(),
  pouring: () => Bench.selling().pouring().flow(187),
  'pouring-en': () =>
    inEnglish(Bench.selling())
      .hear({ kind: 'meter', pulses: 0 })
      .lay()
      .grant(aGrant({ language: 'en' }))
      .durable()
      .flow(187),
  'pouring-limit': () => Bench.selling().pouring().flow(1_240),
  closing: () =>
    Bench.selling().pouring().flow(412).hear({ kind: 'stop_grant', grant_id: aGrant().grant_id }),
  processing: () => finished(412),
  'processing-next-card': () => finished(412).lay(OTHER_UID, TX2),
  saved: () => finished(412).hear({ kind: 'verdict', client_tx_id: TX }),
  timeout: () => finished(330).wait(140_000),
  'refused-funds': () => refused('insufficient_funds'),
  'refused-funds-en': () => {
    const tap = inEnglish(Bench.selling()).lay();
    return tap.hear({
      kind: 'authorise_answered',
      client_tx_id: TX,
      answer: { outcome: 'refused', refusal: aRefusal('insufficient_funds') },
    });
  },
  'refused-lost': () => refused('lost_card', ['Эта карта отмечена как утерянная', 'Отнесите её бармену']),
  'refused-busy': () =>
    refused('card_in_use_on_other_tap', [
      'По этой карте сейчас наливают на кране №5',
      'Закончите там или подойдите к бару',
    ]),
  'refused-limit': () => refused('service_limit', ['На сегодня это весь лимит', 'Подойдите к бару']),
  unreachable: () => Bench.selling().lay().wait(10_000),
  'no-beer': () => dryPours(Bench.selling()),
  'no-beer-en': () => dryPours(inEnglish(Bench.selling())),
  'staff-pour': () => Bench.selling().lay().offered(['pour', 'clean']),
  'staff-clean-en': () => inEnglish(Bench.selling()).lay().offered(['clean']),
  'staff-end-cleaning': () =>
    cleaned()
      .lay()
      .offered(['rinse', 'end_cleaning'])
      .lift()
      .wait(600)
      .lay(UID, TX2)
      .offered(['rinse', 'end_cleaning'], TX2),
  rinsing: () =>
    cleaned()
      .hear({ kind: 'meter', pulses: 0 })
      .lay()
      .offered(['rinse', 'end_cleaning'])
      .wait(3_000)
      .flow(1_740),
  'rinsing-en': () =>
    inEnglish(cleaned()).hear({ kind: 'meter', pulses: 0 }).lay().offered(['rinse']).wait(3_000).flow(310),
  cleaning: () => Bench.selling().hear({ kind: 'config', config: aConfig({ status: 'cleaning' }) }),
  offline: () => Bench.selling().hear({ kind: 'link', up: false }),
  'offline-en': () => inEnglish(Bench.selling()).hear({ kind: 'link', up: false }),
  stop: () => Bench.selling().hear({ kind: 'emergency_stop', on: true }),
  fault: () => Bench.selling().hear({ kind: 'fault', fault: 'valve' }),
};

export function screenState(name: string): { state: TapState; now: number } {
  const make = SCREEN_STATES[name];
  if (!make) throw new Error(`no screen state ${name}`);
  const { state, now } = make();
  return { state, now };
}

const BAR = 'Старый мост';
/** The screen of a tap that belongs to no bar yet. */
export const PAIRING_SCREENS: Readonly<Record<string, PairingShown>> = {
  'pairing-searching': { stage: 'searching' },
  'pairing-several': {
    stage: 'several',
    addresses: ['https://192.168.1.10:8766', 'https://192.168.1.66:8766'],
  },
  'pairing-no-answer': { stage: 'no_answer', address: '192.168.1.10:8766', problem: 'timeout' },
  'pairing-code': { stage: 'code', code: '427105', bar_name: BAR, same: false, taken: false },
  'pairing-code-en': { stage: 'code', code: '427105', bar_name: 'The Old Bridge', same: false, taken: false },
  'pairing-same': { stage: 'code', code: '427105', bar_name: BAR, same: true, taken: false },
};
