import { z } from 'zod';
import { CARD_STATES } from '../card/states.ts';
import { NEXT_ACTIONS, REFUSAL_CODES } from '../grant/refusals.ts';
import { PAYMENT_METHODS } from '../ledger/accounts.ts';
import { POUR_SOURCES, SYNC_STATUSES } from '../pour/statuses.ts';
import { MAX_AMOUNT_MINOR } from '../quantity/money.ts';
import { SERVICE_UNITS } from '../moneySettings.ts';
import { SERVICE_LEVELS } from '../service/limit.ts';
import { OPEN_WARNINGS } from '../shift/openWarning.ts';
import { ROLES } from '../staff/roles.ts';
import { FLOW_TROUBLES } from '../tap/flowTrouble.ts';
import { TAP_STATUSES } from '../tap/statuses.ts';
import { ACTION_BLOCKERS, ACTIONS } from '../visit/actions.ts';
import { HOUSE_PURPOSES } from '../visit/house.ts';
import { VISIT_STATES } from '../visit/statuses.ts';
import { TAP_PHASES } from './node.ts';

/** What the screens ask and get. Times are ISO 8601 in UTC; money minor units; volume ml. Ids of people only, texts on the screen. */
export const id = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const count = z.number().int().min(0);
const signed = z.number().int();
const instant = z.iso.datetime();
/** Made by the client, one for each opened dialog: the same key and body is the same action. */
export const requestId = z.uuid();
export const reason = z.string().trim().min(1).max(200);
export const amountMinor = z.number().int().min(1).max(MAX_AMOUNT_MINOR);
export const paymentMethod = z.enum(PAYMENT_METHODS);
/** As typed or read; the server makes it canonical. */
export const uidInput = z.string().min(1).max(64);
export const pinInput = z.string().regex(/^\d{4,12}$/);
const personName = z.string().trim().min(1).max(80);

export const operatorWire = z.object({ id, name: z.string(), role: z.enum(ROLES) });
export type OperatorWire = z.infer<typeof operatorWire>;

export const sessionWire = z.object({ token: z.string(), operator: operatorWire, till_id: id });
export type SessionWire = z.infer<typeof sessionWire>;

export const guestInput = z.object({
  name: personName.nullable().default(null),
  phone: z.string().max(30).nullable().default(null),
  age_confirmed: z.boolean(),
});

export const openVisitInput = z.object({
  request_id: requestId,
  /** exactly one of both: a known guest, or what is known of a new one (no name: anonymous) */
  guest_id: id.nullable().default(null),
  guest: guestInput.nullable().default(null),
  /** beside `guest_id`: the age of a known guest was checked now; once confirmed it stands */
  age_confirmed: z.boolean().optional(),
  card_uid: uidInput.nullable().default(null),
});

/** a shift lead's PIN in place, for what the caller may not do alone */
const approval = z.object({ operator_id: id, pin: pinInput }).nullable().default(null);

const onVisit = { request_id: requestId, visit_id: id };
const onVersion = { ...onVisit, expected_version: z.number().int().min(1) };
export const issueCardInput = z.object({ ...onVersion, card_uid: uidInput });
/** Two top-ups by two cashiers are two actions: no expected_version. */
export const topUpInput = z.object({ ...onVisit, amount_minor: amountMinor, method: paymentMethod });
export const refundInput = z.object({
  ...onVersion,
  amount_minor: amountMinor,
  method: paymentMethod,
  reason,
  approval,
});
export const closeVisitInput = z.object({
  ...onVersion,
  reason,
  /** true: the card was taken back by a scan; false: it becomes `missing` */
  card_returned: z.boolean(),
  /** what happens to the remainder */
  remainder: z.enum(['refund', 'keep']),
  method: paymentMethod.default('cash'),
  approval,
});
export const forceUnlockInput = z.object({ ...onVersion, reason });
export const reconcileInput = z.object({
  ...onVisit,
  grant_id: z.uuid(),
  ml: z.number().int().min(0).max(100_000),
  /** the code as the guest reads it out; null: no code visible, then `approval` is a shift lead's */
  short_id: z.string().max(12).nullable(),
  reason,
  approval,
});
export const reportLostInput = z.object({ ...onVisit, reason });

/** What stands in the list on the left. */
export const lockWire = z.object({ tap_id: id, tap_number: count, lock_set_at: instant, grant_id: z.uuid() });
export const visitRow = z.object({
  visit_id: id,
  guest_name: z.string().nullable(),
  guest_id: id,
  balance_minor: signed,
  card_uid: z.string().nullable(),
  opened_at: instant,
  lock: lockWire.nullable(),
  pending_pours: count,
  /** a visit of the house, and what for */
  house_purpose: z.enum(HOUSE_PURPOSES).optional(),
});
export type VisitRow = z.infer<typeof visitRow>;

export const pourRow = z.object({
  pour_id: id,
  grant_id: z.uuid(),
  tap_number: count,
  beverage: z.string(),
  short_id: z.string().nullable(),
  source: z.enum(POUR_SOURCES),
  sync_status: z.enum(SYNC_STATUSES),
  billed_ml: count.nullable(),
  cost_minor: count.nullable(),
  paid_minor: count.nullable(),
  /** of a pour whose charge was put right since: what the guest still stands charged for, and of how much */
  corrected: z.object({ charged_minor: count, left_ml: count, reversed: z.boolean() }).optional(),
  poured_at: instant,
});
export type PourRow = z.infer<typeof pourRow>;

/** An unsettled grant of the visit, with what the form of manual entry needs. */
export const unsettledGrantWire = z.object({
  grant_id: z.uuid(),
  state: z.enum(['open', 'orphaned']),
  tap_number: count,
  beverage: z.string(),
  short_id: z.string(),
  limit_ml: count,
  overshoot_ml: count,
  price_minor_per_litre: count,
  lease_over: z.boolean(),
  /** 0 when the lease is over; then the pour may be entered by hand */
  lease_left_ms: count,
  created_at: instant,
});

export const actionWire = z.object({
  action: z.enum(ACTIONS),
  blocked_by: z.enum(ACTION_BLOCKERS).nullable(),
});
export type ActionWire = z.infer<typeof actionWire>;

export const visitWire = visitRow.extend({
  state: z.enum(VISIT_STATES),
  version: count,
  guest_phone: z.string().nullable(),
  age_confirmed: z.boolean(),
  topped_up_minor: signed,
  refunded_minor: signed,
  poured_minor: signed,
  reserved_minor: signed,
  receivable_minor: signed,
  limit_ml: count,
  limit_used_ml: count,
  /** the same in the unit that the bar counts in, with what the till should say */
  service: z
    .object({ unit: z.enum(SERVICE_UNITS), limit: count, used: count, level: z.enum(SERVICE_LEVELS) })
    .optional(),
  closed_at: instant.nullable(),
  close_reason: z.string().nullable(),
  pours: z.array(pourRow),
  unsettled: z.array(unsettledGrantWire),
  actions: z.array(actionWire),
});
export type VisitWire = z.infer<typeof visitWire>;

export const tapRow = z.object({
  tap_id: id,
  number: count,
  status: z.enum(TAP_STATUSES),
  /** seconds since the node was last heard; null: no node is paired with this tap */
  silent_ms: count.nullable(),
  phase: z.enum(TAP_PHASES).nullable(),
  /** what its node notices of its flow */
  flow_trouble: z.enum(FLOW_TROUBLES).nullable(),
  beverage: z.string().nullable(),
  /** what a guest pays now; less than the list price in a happy hour */
  price_minor_per_litre: count.nullable(),
  list_price_minor_per_litre: count.nullable(),
  keg_id: id.nullable(),
  keg_remaining_ml: signed.nullable(),
  keg_size_ml: count.nullable(),
  /** of the visit that holds the lock on this tap */
  guest_name: z.string().nullable(),
  visit_id: id.nullable(),
  live_ml: count.nullable(),
  live_minor: count.nullable(),
  pending_grant_ids: z.array(z.uuid()),
  /** by what is left, or by how soon it ends */
  keg_low: z.boolean(),
  /** at the pace of the last hour; null: nothing flows */
  forecast_minutes: count.nullable(),
  /** the end of its last cleaning; null: never cleaned */
  cleaned_at: instant.nullable(),
  cleaning_due: z.boolean(),
});
export type TapRow = z.infer<typeof tapRow>;

export const shiftWire = z.object({
  shift_id: id,
  opened_at: instant,
  business_date: z.string(),
  float_minor: count,
  expected_cash_minor: signed,
  /** that it stays open too long; an answer kept from an earlier version does not say it */
  open_warning: z.enum(OPEN_WARNINGS).nullable().optional(),
});
export type ShiftWire = z.infer<typeof shiftWire>;

export const boardWire = z.object({
  bar: z.object({
    name: z.string(),
    currency: z.string(),
    time_zone: z.string(),
    language: z.enum(['ru', 'en']),
    age_limit: count,
    cash_step_minor: count,
  }),
  incarnation: z.string(),
  server_time: instant,
  shift: shiftWire.nullable(),
  visits: z.array(visitRow),
  taps: z.array(tapRow),
  open_reviews: count,
  /** true once the last node queue and ledger event have reached the till */
  emergency_stop: z.boolean(),
  reader: z.object({
    state: z.enum(['ready', 'no_reader', 'no_service', 'no_station']),
    names: z.array(z.string()),
  }),
});
export type BoardWire = z.infer<typeof boardWire>;

/** The server decides what the query is. */
export const searchAnswer = z.object({
  kind: z.enum(['name', 'phone', 'card', 'short_id', 'visit_number']),
  visits: z.array(visitRow),
  /** guests without an active visit that fit */
  guests: z.array(
    z.object({
      guest_id: id,
      name: z.string().nullable(),
      phone_tail: z.string().nullable(),
      balance_minor: signed,
      age_confirmed: z.boolean().optional(),
      blocked: z.boolean().optional(),
    }),
  ),
});
export type SearchAnswer = z.infer<typeof searchAnswer>;

/** What a card on the reader means. */
export const cardLookup = z.object({
  uid: z.string(),
  state: z.enum([...CARD_STATES, 'unknown']),
  visit_id: id.nullable(),
});
export type CardLookup = z.infer<typeof cardLookup>;

export const precheckLine = z.object({
  kind: z.enum(['active_visits', 'pending_sync', 'open_grants', 'silent_taps', 'reviews']),
  count,
  blocks: z.boolean(),
  visit_ids: z.array(id),
  tap_numbers: z.array(count),
});
export const precheckWire = z.object({ clean: z.boolean(), lines: z.array(precheckLine) });
export type PrecheckWire = z.infer<typeof precheckWire>;

/** Everything the one subscription of a client carries. Durable events have a cursor; live ones are dropped when nobody listens. */
export const LIVE_EVENTS = [
  'visit.changed',
  'tap.changed',
  'shift.changed',
  'card.changed',
  'flags.changed',
  'review.changed',
  'tap.refused',
] as const;
export type LiveEvent = (typeof LIVE_EVENTS)[number];
export const tillEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.enum(LIVE_EVENTS),
    visit_id: id.nullable(),
    tap_id: id.nullable(),
    details: z.record(z.string(), z.unknown()),
  }),
  z.object({ type: z.literal('pour.progress'), tap_id: id, grant_id: z.uuid(), ml: count, minor: count }),
  z.object({ type: z.literal('tap.heartbeat'), tap_id: id, phase: z.enum(TAP_PHASES) }),
  z.object({ type: z.literal('card.scanned'), uid: z.string(), reader: z.string() }),
  z.object({ type: z.literal('card.removed'), uid: z.string(), reader: z.string() }),
  z.object({
    type: z.literal('reader.changed'),
    state: z.enum(['ready', 'no_reader', 'no_service', 'no_station']),
  }),
  /** the cursor is of another life of the database: fetch everything anew */
  z.object({ type: z.literal('reset') }),
]);
export type TillEvent = z.infer<typeof tillEvent>;

export const refusalNotice = z.object({
  code: z.enum(REFUSAL_CODES),
  next_action: z.enum(NEXT_ACTIONS),
  tap_number: count,
  visit_id: id.nullable(),
  card_uid: z.string(),
});
export type RefusalNotice = z.infer<typeof refusalNotice>;

export const setupInput = z.object({
  bar_name: personName,
  currency: z.enum(['RUB', 'USD', 'EUR']),
  time_zone: z.string().min(1).max(60),
  language: z.enum(['ru', 'en']),
  age_limit: z.number().int().min(0).max(30),
  operator_name: personName,
  pin: pinInput,
  beverage: z.object({
    name: personName,
    abv_permille: z.number().int().min(0).max(1000),
    price_minor_per_litre: z.number().int().min(0).max(10_000_000),
  }),
  keg_size_ml: z.number().int().min(1).max(1_000_000),
  tap_number: z.number().int().min(1).max(99),
});
export type SetupInput = z.infer<typeof setupInput>;
