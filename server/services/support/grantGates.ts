import type { AuthoriseFacts } from '#domain/grant/decideAuthorise';
import type { Flags } from '#domain/flags';
import { priceAt } from '#domain/price/rules';
import type { PriceMoment, PriceRule } from '#domain/price/rules';
import { serviceLawOf } from '#domain/service/limit';
import type { HousePurpose } from '#domain/visit/house';
import type { TapStatus } from '#domain/tap/statuses';
import type { Unit } from '../../db/inTransaction.ts';
import type { Deps } from './deps.ts';
import { peek, readCodesTaken, readFreeCard, readKnownVisit, readTap } from './gateReads.ts';
import type { Asking, GuestAtTap, KegAtTap, Peeked, TapRead } from './gateReads.ts';
import { lockCard, lockGuestAccount, lockTap } from './locks.ts';
import { readPriceRules } from './priceRules.ts';
import type { Settings } from './settings.ts';
import { shareOpenShift } from './shift.ts';
import { lockVisit } from './visitFor.ts';

/** What the gates look at, and the rows that a grant will name. */
export type Gates = {
  facts: AuthoriseFacts;
  shift_id: number | null;
  tap: { tap_id: number; tap_number: number; status: TapStatus; counter: number } | null;
  keg: KegAtTap | null;
  card_id: number | null;
  visit: (GuestAtTap & { balance_minor: number; lock_epoch: number }) | null;
  /** codes that the visit had, and those of all unsettled grants */
  codes_taken: ReadonlySet<string>;
};

/**
 * Locks shift → guest account → visit → card → tap and reads the facts of the gates. undefined: the card changed hands between
 * the look and the lock; nothing was written, look again.
 */
export async function loadGates(
  unit: Unit,
  deps: Deps,
  asked: { asking: Asking; peeked: Peeked; flags: Flags; settings: Settings },
): Promise<Gates | undefined> {
  const { asking, peeked, flags, settings } = asked;
  const { guest_id, visit_id, card_id, tap_id } = peeked;
  const sharing = shareOpenShift(unit, deps);
  // It may have to open one: nothing of the unit goes out before that.
  if (!flags.FF_BACKEND_SHIFT_AUTHORITY) await sharing;
  // Sent in this order, and PostgreSQL takes one after the other: locks first, then what is read under them.
  const [shift = null, account, locked, card, , now, tap, known, rules, codes_taken] = await Promise.all([
    sharing,
    guest_id === null ? null : lockGuestAccount(unit, guest_id),
    visit_id === null ? null : lockVisit(unit, visit_id),
    card_id === null ? null : lockCard(unit, card_id),
    tap_id === null ? null : lockTap(unit, tap_id),
    peek(unit, asking),
    readTap(unit, asking),
    visit_id === null ? null : readKnownVisit(unit, visit_id),
    readPriceRules(unit),
    readCodesTaken(unit, visit_id),
  ]);
  if (now.visit_id !== visit_id || now.card_id !== card_id) return undefined;

  const visit = known ?? (await readFreeCard(unit, deps, { peeked: now, flags }));
  const keg = priced(rules, tap?.keg ?? null, {
    at: deps.clock.now(),
    time_zone: settings.bar.time_zone,
    who: visit?.staff ? 'staff' : 'guest',
  });
  const money = { balance_minor: account?.balance_minor ?? 0 };
  return {
    facts: {
      flags,
      law: lawOf(settings, visit?.house ?? null),
      node: {
        may_speak: tap?.node_id === asking.node_id && tap.node_active,
        outdated: tap?.node_outdated === true,
        overtaken: tap?.overtaken === true,
      },
      shift_open: shift !== null,
      emergency_stop: settings.emergency_stop,
      tap: { tap_id: asking.tap_id, status: tap?.status ?? 'disabled', overshoot_ml: tap?.overshoot_ml ?? 0 },
      keg,
      card: card === null ? null : { state: card.state },
      visit: visit === null ? null : { ...visit.facts, ...money },
    },
    shift_id: shift?.shift_id ?? null,
    tap:
      tap === null
        ? null
        : { tap_id: asking.tap_id, tap_number: tap.number, status: tap.status, counter: tap.counter },
    keg,
    card_id: now.card_id,
    visit: visit === null ? null : { ...visit.who, ...money, lock_epoch: locked?.lock_epoch ?? 0 },
    codes_taken,
  };
}

/** The price of this moment is what the grant will carry to the end of its pour. */
function priced(rules: readonly PriceRule[], keg: TapRead['keg'], moment: PriceMoment): TapRead['keg'] {
  if (keg === null) return null;
  return { ...keg, price_minor_per_litre: priceAt(rules, keg, moment) };
}

/** The law of this bar for this guest; a purpose of the house has its own cap. */
function lawOf(settings: Settings, house: HousePurpose | null): AuthoriseFacts['law'] {
  const { daily_limit_ml, ...service } = serviceLawOf(settings, house);
  return { ...settings.pour, debt_refuses: settings.money.debt_refuses, daily_limit_ml, service };
}
