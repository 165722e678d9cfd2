import { minorPerLitre } from '#domain/quantity/money';
import { cost } from '#domain/quantity/pricing';
import { millilitres } from '#domain/quantity/volume';
import { showShortId } from '#domain/grant/shortId';
import { formatCount, formatLitres, formatMl, formatMoney, formatPermille } from '#domain/texts/format';
import type { Language } from '#domain/texts/format';
import { refusalText } from '#domain/texts/refusals';
import { phaseOf } from '#tap-node/agent/state';
import type { Pour, Rinse, ShownRefusal, StaffCard, TapState, UnsyncedPour } from '#tap-node/agent/state';
import { helloTo, say } from './texts.ts';

/** A number and its unit apart, so that the unit stands still while the number moves. */
export type Figure = { readonly value: string; readonly unit: string };
export type Footer = { readonly icon: string; readonly text: string; readonly next: boolean };
type Common = { readonly language: Language; readonly tap: string; readonly footer: Footer };

/** What a guest sees: one message, one thing to do. Everything is ready text; the page only lays it out. */
export type GuestView = Common &
  (
    | {
        readonly look: 'idle';
        readonly title: string;
        readonly sub: string;
        readonly by_glass: PriceTag;
        readonly by_litre: PriceTag;
      }
    | {
        readonly look: 'greeting';
        readonly title: string;
        readonly hello: string;
        readonly on_card: Labelled;
        readonly can_pour: Labelled;
      }
    | {
        readonly look: 'pouring';
        readonly title: string;
        readonly ml: Figure;
        readonly money: Figure;
        /** 0 … 100 */
        readonly filled: number;
        readonly left: string;
        readonly on_card: string;
      }
    | {
        readonly look: 'processing';
        readonly title: string;
        readonly ml: Figure;
        readonly money: Figure;
        readonly note: string;
      }
    | {
        readonly look: 'code';
        readonly title: string;
        readonly code: readonly string[];
        readonly ml: Figure;
        readonly money: Figure;
      }
    | {
        readonly look: 'pairing';
        readonly title: string;
        /** two groups of three */
        readonly code: readonly string[];
        /** null: it was pressed */
        readonly button: string | null;
      }
    | {
        readonly look: 'say';
        readonly icon: string;
        readonly tone: 'plain' | 'danger' | 'stop';
        readonly heading: string;
        readonly paragraph: string | null;
      }
  );
export type PriceTag = { readonly price: string; readonly per: string };
export type Labelled = { readonly label: string; readonly figure: Figure };

const SAVED_SHOWN_MS = 4_000;
const GO: Footer = { icon: 'arrow-right', text: '', next: false };

export type ViewSettings = { readonly language: Language; readonly tap: string };

/** `now` is the node's monotonic clock; `fallback` holds until the till has told more. */
export function guestView(state: TapState, now: number, fallback: ViewSettings): GuestView {
  const see = new Scene(state, fallback);
  if (state.pour) return see.pour(state.pour);
  switch (phaseOf(state)) {
    case 'emergency_stop':
      return see.says('emergency_stop', {
        icon: 'hand-stop',
        tone: 'stop',
        paragraph: 'money_safe',
        footer: 'user',
      });
    case 'processing_sync':
      return see.unsynced(now);
    case 'fault':
      return see.says('tap_unavailable', {
        icon: 'alert-triangle',
        tone: 'plain',
        paragraph: 'money_safe',
        footer: 'arrow-right',
      });
    case 'asking':
      return state.staff?.stage === 'offered' ? see.offer(state.staff) : see.asking();
    case 'offline':
      return see.says('backend_unreachable', {
        icon: 'wifi-off',
        tone: 'plain',
        paragraph: 'not_now_money_safe',
        footer: 'arrow-right',
      });
    case 'cleaning':
      if (state.staff?.stage === 'rinsing') return see.rinse(state.staff);
      return see.says('tap_unavailable', {
        icon: 'spray',
        tone: 'plain',
        paragraph: 'soon_again',
        footer: 'arrow-right',
      });
    case 'idle':
    case 'pouring':
    case 'closing':
      return see.idle(now);
  }
}

/** Says the state of one tap in its language and currency. */
class Scene {
  readonly #state: TapState;
  readonly #language: Language;
  readonly #currency: string;
  readonly #tap: string;

  constructor(state: TapState, fallback: ViewSettings) {
    this.#state = state;
    const last = state.pour?.grant.language ?? state.unsynced.at(-1)?.language;
    this.#language = last ?? state.config?.bar.language ?? fallback.language;
    this.#currency = state.config?.bar.currency ?? 'RUB';
    this.#tap = state.config ? String(state.config.tap.number) : fallback.tap;
  }

  idle(now: number): GuestView {
    const { refusal, saved, config } = this.#state;
    if (refusal) return this.refusal(refusal);
    if (saved && now - saved.at < SAVED_SHOWN_MS) return this.#finished(saved.pour, 'saved');
    if (config?.tap.status === 'disabled')
      return this.says('tap_unavailable', {
        icon: 'droplet-off',
        tone: 'plain',
        paragraph: null,
        footer: 'arrow-right',
      });
    const beverage = config?.tap.beverage;
    if (!beverage)
      return this.says('no_keg', {
        icon: 'droplet-off',
        tone: 'plain',
        paragraph: null,
        footer: 'arrow-right',
      });
    const price = beverage.price_minor_per_litre;
    return {
      ...this.#common({ icon: 'credit-card', text: say('lay_card', this.#language), next: true }),
      look: 'idle',
      title: beverage.name,
      sub: [beverage.style, formatPermille(beverage.abv_permille, this.#language)].filter(Boolean).join(', '),
      by_glass: { price: this.#money(this.#cost(100, price)), per: say('per_100_ml', this.#language) },
      by_litre: { price: this.#money(price), per: say('per_litre', this.#language) },
    };
  }

  asking(): GuestView {
    return {
      ...this.#common({ icon: 'credit-card', text: say('keep_card', this.#language), next: false }),
      look: 'say',
      icon: 'credit-card',
      tone: 'plain',
      heading: say('checking', this.#language),
      paragraph: null,
    };
  }

  /** For who works here: one thing, done if the card stays. */
  offer({ offer, offers }: StaffCard & { stage: 'offered' }): GuestView {
    const foot = offers.length > 1 ? 'other_offer' : 'staff_card';
    return {
      ...this.#common({ icon: 'credit-card', text: say(foot, this.#language), next: offers.length > 1 }),
      look: 'say',
      icon: OFFER_ICONS[offer],
      tone: 'plain',
      heading: say(`offer_${offer}`, this.#language),
      paragraph: say('hold_card', this.#language),
    };
  }

  rinse({ ml, pulses }: Rinse): GuestView {
    return {
      ...this.#common({ icon: 'credit-card', text: say('lift_to_close', this.#language), next: true }),
      look: 'processing',
      title: say('cleaning', this.#language),
      ml: figure(this.#volume(ml)),
      money: { value: formatCount(pulses, this.#language), unit: say('pulses', this.#language) },
      note: say('rinse_open', this.#language),
    };
  }

  pour(pour: Pour): GuestView {
    if (pour.stage === 'closing' || pour.stage === 'ending') return this.#closing(pour);
    return pour.ml === 0 ? this.#greeting(pour) : this.#pouring(pour);
  }

  unsynced(now: number): GuestView {
    const { unsynced, card } = this.#state;
    const late = unsynced.findLast((pour) => pour.code_at <= now);
    if (late) return this.#code(late);
    if (card && !card.used)
      return this.says('tap_processing_sync', {
        icon: 'clock',
        tone: 'plain',
        paragraph: null,
        footer: 'arrow-right',
      });
    const last = unsynced.at(-1);
    return last ? this.#finished(last, 'saving') : this.idle(now);
  }

  refusal({ what }: ShownRefusal): GuestView {
    if (what.by === 'node')
      return this.says(what.code, {
        icon: 'wifi-off',
        tone: 'plain',
        paragraph: 'money_safe',
        footer: 'arrow-right',
      });
    const { refusal } = what;
    const look = REFUSAL_LOOKS[refusal.code] ?? { icon: 'info-circle', footer: 'user' };
    return {
      ...this.#common({ icon: look.footer, text: refusal.guest_action[this.#language], next: true }),
      look: 'say',
      icon: look.icon,
      tone: refusal.code === 'lost_card' ? 'danger' : 'plain',
      heading: refusal.guest[this.#language],
      paragraph: null,
    };
  }

  says(
    code: Parameters<typeof refusalText>[0],
    how: {
      icon: string;
      tone: 'plain' | 'stop';
      paragraph: Parameters<typeof say>[0] | null;
      footer: string;
    },
  ): GuestView {
    const text = refusalText(code, { tap_status: this.#state.config?.tap.status ?? null });
    return {
      ...this.#common({ ...GO, icon: how.footer, text: text.guest_action[this.#language] }),
      look: 'say',
      icon: how.icon,
      tone: how.tone,
      heading: text.guest[this.#language],
      paragraph: how.paragraph && say(how.paragraph, this.#language),
    };
  }

  #greeting(pour: Pour): GuestView {
    const { grant } = pour;
    return {
      ...this.#common({ icon: 'glass-full', text: say('open_now', this.#language), next: true }),
      look: 'greeting',
      title: this.#beverage(),
      hello: helloTo(grant.display_name, this.#language),
      on_card: { label: say('on_card', this.#language), figure: figure(this.#money(grant.balance_minor)) },
      can_pour: { label: say('can_pour', this.#language), figure: figure(this.#volume(grant.limit_ml)) },
    };
  }

  #pouring(pour: Pour): GuestView {
    const { grant, ml } = pour;
    const spent = this.#cost(ml, grant.price_minor_per_litre);
    const left = formatMl(Math.max(0, grant.limit_ml - ml), this.#language);
    const rest = this.#money(Math.max(0, grant.balance_minor - spent));
    return {
      ...this.#common({ icon: 'credit-card', text: say('take_card_when_done', this.#language), next: false }),
      look: 'pouring',
      title: this.#beverage(),
      ml: figure(formatMl(ml, this.#language)),
      money: figure(this.#money(spent)),
      filled: Math.min(100, Math.round((ml * 1000) / grant.limit_ml) / 10),
      left: `${say('left', this.#language)} ${left}`,
      on_card: `${say('on_card', this.#language)} ${rest}`,
    };
  }

  #closing(pour: Pour): GuestView {
    const { ml, grant } = pour;
    return this.#finished({ ml, price_minor_per_litre: grant.price_minor_per_litre }, 'saving');
  }

  /** The line gave nothing, and not for the first time. */
  #noBeer(): GuestView {
    return {
      ...this.#common({ icon: 'user', text: say('call_bartender', this.#language), next: true }),
      look: 'say',
      icon: 'droplet-off',
      tone: 'plain',
      heading: say('no_beer', this.#language),
      paragraph: say('money_safe', this.#language),
    };
  }

  #finished(pour: Pick<UnsyncedPour, 'ml' | 'price_minor_per_litre'>, note: 'saving' | 'saved'): GuestView {
    if (pour.ml === 0 && this.#state.flow.trouble === 'no_flow') return this.#noBeer();
    return {
      ...this.#common({ icon: 'check', text: say('take_card', this.#language), next: false }),
      look: 'processing',
      title: this.#beverage(),
      ml: figure(formatMl(pour.ml, this.#language)),
      money: figure(this.#money(this.#cost(pour.ml, pour.price_minor_per_litre))),
      note: say(note, this.#language),
    };
  }

  #code(pour: UnsyncedPour): GuestView {
    return {
      ...this.#common({ icon: 'user', text: say('show_bartender', this.#language), next: true }),
      look: 'code',
      title: say('your_code', this.#language),
      code: showShortId(pour.short_id).split(' '),
      ml: figure(formatMl(pour.ml, this.#language)),
      money: figure(this.#money(this.#cost(pour.ml, pour.price_minor_per_litre))),
    };
  }

  #common(footer: Footer): Common {
    return { language: this.#language, tap: this.#tap, footer };
  }

  #beverage(): string {
    return this.#state.config?.tap.beverage?.name ?? '';
  }

  #money(amount: number): string {
    return formatMoney(amount, this.#currency, this.#language);
  }

  #cost(ml: number, price: number): number {
    return cost(millilitres(ml), minorPerLitre(price));
  }

  /** Affordable volume rounds down; under a litre it is millilitres. */
  #volume(ml: number): string {
    return ml < 1000
      ? formatMl(ml, this.#language)
      : formatLitres(Math.floor(ml / 10) * 10, this.#language, 2);
  }
}

const OFFER_ICONS = { pour: 'glass-full', clean: 'spray', rinse: 'spray', end_cleaning: 'check' } as const;

const REFUSAL_LOOKS: Readonly<Record<string, { icon: string; footer: string }>> = {
  card_in_use_on_other_tap: { icon: 'lock', footer: 'arrow-right' },
  card_in_use_here: { icon: 'lock', footer: 'user' },
  insufficient_funds: { icon: 'wallet', footer: 'cash-banknote' },
  lost_card: { icon: 'credit-card-off', footer: 'user' },
  card_unknown: { icon: 'credit-card-off', footer: 'user' },
  no_active_visit: { icon: 'credit-card-off', footer: 'user' },
  service_limit: { icon: 'glass-full', footer: 'user' },
  no_keg: { icon: 'droplet-off', footer: 'arrow-right' },
  tap_unavailable: { icon: 'droplet-off', footer: 'arrow-right' },
  tap_processing_sync: { icon: 'clock', footer: 'arrow-right' },
  shift_closed: { icon: 'clock', footer: 'user' },
  emergency_stop: { icon: 'hand-stop', footer: 'user' },
  grant_over: { icon: 'credit-card', footer: 'credit-card' },
};

/** «1 230,20 ₽» → number and unit; "₽78.54" has no unit of its own. */
function figure(text: string): Figure {
  const at = text.lastIndexOf('\u00a0');
  const unit = text.slice(at + 1);
  return at > 0 && !/^[\d.,]+$/.test(unit) ? { value: text.slice(0, at), unit } : { value: text, unit: '' };
}
