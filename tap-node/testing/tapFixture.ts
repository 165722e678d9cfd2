import type { GrantWire, NodeConfig, RefusalWire } from '#domain/protocol/node';
import { shortId } from '#domain/grant/shortId';
import type { TapOffer } from '#domain/tap/offers';
import { decide } from '#tap-node/agent/decide';
import type { TapEvent } from '#tap-node/agent/events';
import { startState } from '#tap-node/agent/state';
import type { TapState } from '#tap-node/agent/state';
import type { Step, StepKind } from '#tap-node/agent/steps';

export const UID = '04A1B2C3D4E580';
export const OTHER_UID = '04FFFFFFFFFF80';
export const TX = 'a'.repeat(32);
export const TX2 = 'b'.repeat(32);
export const TAP_ID = 7;
export const PULSES_PER_LITRE = 1000;

export function aConfig(
  change: Partial<NodeConfig> & { status?: NodeConfig['taps'][number]['status'] } = {},
): NodeConfig {
  const { status = 'selling', ...bar } = change;
  return {
    bar_name: 'Старый мост',
    currency: 'RUB',
    language: 'ru',
    start_window_ms: 10_000,
    pour_cap_ms: 120_000,
    lease_ms: 140_000,
    idle_ms: 10_000,
    grace_ms: 500,
    emergency_stop: false,
    taps: [
      {
        tap_id: TAP_ID,
        number: 3,
        status,
        pulses_per_litre: PULSES_PER_LITRE,
        calibration_version: 1,
        beverage: {
          name: 'Пилс «Старый мост»',
          style: 'Светлый лагер',
          abv_permille: 48,
          price_minor_per_litre: 42_000,
        },
      },
    ],
    ...bar,
  };
}

export function aGrant(change: Partial<GrantWire> = {}): GrantWire {
  return {
    grant_id: '3f0c7f2e-0000-4000-8000-000000000001',
    client_tx_id: TX,
    tap_id: TAP_ID,
    short_id: shortId(3, 127),
    epoch: 1,
    price_minor_per_litre: 42_000,
    limit_ml: 1340,
    start_window_left_ms: 10_000,
    display_name: 'Анна',
    balance_minor: 123_020,
    language: 'ru',
    ...change,
  };
}

export function aRefusal(code: RefusalWire['code'] = 'insufficient_funds'): RefusalWire {
  return {
    code,
    guest: { ru: 'На карте 3,20 ₽, этого не хватит', en: 'You have ₽3.20, not enough to pour' },
    guest_action: { ru: 'Пополните карту на баре', en: 'Top up your card at the bar' },
    operator: { ru: 'Не хватает денег', en: 'Not enough money' },
    next_action: 'top_up',
    tap_number: null,
  };
}

/** A tap that tests speak to: it keeps the state and everything that was ordered. */
export class Bench {
  state: TapState;
  steps: Step[] = [];
  now = 1_000;

  constructor(change: Partial<TapState> = {}) {
    this.state = {
      ...startState({ tap_id: TAP_ID, boot_id: 'boot-0001', unsynced: [], overshoot_ml: 0 }),
      ...change,
    };
  }

  /** A tap that is connected and sells. */
  static selling(): Bench {
    return new Bench().hear({ kind: 'config', config: aConfig() }).hear({ kind: 'link', up: true }).forget();
  }

  hear(event: TapEvent): this {
    const { state, steps } = decide(this.state, event, this.now);
    this.state = state;
    this.steps.push(...steps);
    return this;
  }

  wait(ms: number): this {
    this.now += ms;
    return this.hear({ kind: 'tick' });
  }

  forget(): this {
    this.steps = [];
    return this;
  }

  lay(uid = UID, client_tx_id = TX): this {
    return this.hear({ kind: 'card_laid', uid, client_tx_id });
  }

  /** The till knows the card as one of the staff. */
  offered(offers: readonly TapOffer[], client_tx_id = TX): this {
    const refusal = aRefusal('tap_unavailable');
    const answer = { outcome: 'refused' as const, refusal, offers: [...offers] };
    return this.hear({ kind: 'authorise_answered', client_tx_id, answer });
  }

  lift(): this {
    return this.hear({ kind: 'card_removed' });
  }

  grant(grant = aGrant()): this {
    const { client_tx_id } = grant;
    return this.hear({ kind: 'authorise_answered', client_tx_id, answer: { outcome: 'granted', grant } });
  }

  durable(client_tx_id = TX, seq = 1): this {
    return this.hear({ kind: 'intent_durable', client_tx_id, seq });
  }

  /** A card laid, granted, intent durable: the valve is open. */
  pouring(): this {
    return this.hear({ kind: 'meter', pulses: 0 }).lay().grant().durable();
  }

  flow(ml: number): this {
    const pulses = (this.state.meter_pulses ?? 0) + (ml * PULSES_PER_LITRE) / 1000;
    return this.hear({ kind: 'meter', pulses });
  }

  kinds(): StepKind[] {
    return this.steps.map((step) => step.kind);
  }

  last<Kind extends StepKind>(kind: Kind): Extract<Step, { kind: Kind }> | undefined {
    return this.steps.findLast((step): step is Extract<Step, { kind: Kind }> => step.kind === kind);
  }
}
