import { z } from 'zod';
import { NEXT_ACTIONS, REFUSAL_CODES } from '../grant/refusals.ts';
import { END_REASONS, VERDICTS } from '../pour/statuses.ts';
import { FLOW_TROUBLES } from '../tap/flowTrouble.ts';
import { TAP_OFFERS } from '../tap/offers.ts';
import { TAP_STATUSES } from '../tap/statuses.ts';

/** What node and till say to each other: 03-protocol. The server speaks this version and the one before. */
export const PROTOCOL_VERSION = 2;

const whole = (max = Number.MAX_SAFE_INTEGER) => z.number().int().min(0).max(max);
/** what an integer column of the till holds */
const INT4 = 2_147_483_647;
const id = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);
/** 128 random bits, made by the node at each presentation of a card. */
export const clientTxId = z.string().regex(/^[0-9a-f]{32}$/);
const token = z.string().regex(/^[0-9A-Za-z-]{8,64}$/);
const uid = z.string().regex(/^([0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})$/);
const tapNumber = z.number().int().min(1).max(99);
const language = z.enum(['ru', 'en']);

/** One sentence twice: what is, and what to do. */
export const sentence = z.object({ ru: z.string(), en: z.string() });
export type Sentence = z.infer<typeof sentence>;

export const beverageOnTap = z.object({
  name: z.string(),
  style: z.string(),
  abv_permille: whole(1000),
  price_minor_per_litre: whole(),
});

export const tapConfig = z.object({
  tap_id: id,
  number: tapNumber,
  status: z.enum(TAP_STATUSES),
  pulses_per_litre: whole(1_000_000),
  calibration_version: whole(),
  /** null: no keg on the tap, or it is empty */
  beverage: beverageOnTap.nullable(),
});
export type TapConfig = z.infer<typeof tapConfig>;

export const nodeConfig = z.object({
  bar_name: z.string(),
  currency: z.string(),
  language,
  start_window_ms: whole(),
  pour_cap_ms: whole(),
  lease_ms: whole(),
  idle_ms: whole(),
  grace_ms: whole(),
  emergency_stop: z.boolean(),
  taps: z.array(tapConfig),
});
export type NodeConfig = z.infer<typeof nodeConfig>;

export const grantWire = z.object({
  grant_id: z.uuid(),
  client_tx_id: clientTxId,
  tap_id: id,
  short_id: z.string(),
  epoch: whole(),
  price_minor_per_litre: whole(),
  limit_ml: whole(100_000),
  /** what is left of the start window when the answer is sent; the node counts from its own first sending */
  start_window_left_ms: whole(),
  display_name: z.string().nullable(),
  balance_minor: z.number().int(),
  language,
});
export type GrantWire = z.infer<typeof grantWire>;

export const refusalWire = z.object({
  code: z.enum(REFUSAL_CODES),
  guest: sentence,
  guest_action: sentence,
  operator: sentence,
  next_action: z.enum(NEXT_ACTIONS),
  /** the other tap of card_in_use_on_other_tap */
  tap_number: tapNumber.nullable(),
});
export type RefusalWire = z.infer<typeof refusalWire>;

export const authoriseInput = z.object({
  client_tx_id: clientTxId,
  tap_id: id,
  card_uid: uid,
  boot_id: token,
  attempt: z.number().int().min(1).max(1000),
  /** which presentation of a card at this tap since the node's boot; the same for each sending; a node before it says none */
  presentation: z.number().int().min(1).max(INT4).optional(),
  /** asked before anything else: a card of the staff is answered by what it may do here; a node without a word for that leaves it out */
  offers_wanted: z.literal(true).optional(),
});
export type AuthoriseInput = z.infer<typeof authoriseInput>;

/** Which till answers (H27): domain/node/tillLife. A till before it says none. */
export const tillLife = z.object({ incarnation: z.string(), generation: whole(), commit_mark: whole() });

export const authoriseAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('granted'), grant: grantWire, life: tillLife.optional() }),
  z.object({
    outcome: z.literal('refused'),
    refusal: refusalWire,
    life: tillLife.optional(),
    /** a card of the staff: no pour is given yet, nothing is kept, and this is what it may do here */
    offers: z.array(z.enum(TAP_OFFERS)).min(1).optional(),
  }),
]);
export type AuthoriseAnswer = z.infer<typeof authoriseAnswer>;

/** A card of the staff begins or ends the cleaning of a tap; the presentation's id is the request's. */
export const cleanInput = z.object({
  client_tx_id: clientTxId,
  tap_id: id,
  card_uid: uid,
  act: z.enum(['start', 'end']),
});
export type CleanInput = z.infer<typeof cleanInput>;
export const cleanAnswer = z.object({ outcome: z.enum(['started', 'ended', 'refused']) });
export type CleanAnswer = z.infer<typeof cleanAnswer>;

/** The facts of a pour as journalled with it: re-sending never changes them. The request hash covers exactly these. */
export const pourFacts = z.object({
  grant_id: z.uuid(),
  client_tx_id: clientTxId,
  tap_id: id,
  short_id: z.string().regex(/^\d{6}$/),
  seq: whole(INT4),
  pulses: whole(),
  metered_ml: whole(100_000),
  calibration_version: whole(INT4),
  duration_ms: whole(),
  end_reason: z.enum(END_REASONS),
  boot_id: token,
  /** of a pour that ended in a kick: the part of `metered_ml` that was the keg's last burst; not billed, and in the hash if it is there */
  kick_ml: whole(100_000).optional(),
});
export type PourFacts = z.infer<typeof pourFacts>;

export const pourReport = pourFacts.extend({
  /** null: unknown after a reboot; then the grant's time + duration, flagged time_estimated */
  age_ms: whole().nullable(),
  offline: z.boolean(),
  attempt: z.number().int().min(1).max(INT4),
  journal_id: token,
});
export type PourReport = z.infer<typeof pourReport>;

/**
 * Reports travel as unknown: one that the schema refuses is quarantined with its raw body, and the others proceed.
 * Strict order per tap is the order of the array.
 */
export const settleInput = z.object({ reports: z.array(z.unknown()).min(1).max(200) });
export const settleVerdict = z.object({
  /** position in the batch */
  index: whole(),
  client_tx_id: z.string().nullable(),
  verdict: z.enum(VERDICTS),
});
export const settleAnswer = z.object({ verdicts: z.array(settleVerdict) });
export type SettleAnswer = z.infer<typeof settleAnswer>;

export const cancelInput = z.object({ client_tx_id: clientTxId, tap_id: id, boot_id: token });
export type CancelInput = z.infer<typeof cancelInput>;
export const cancelAnswer = z.object({ outcome: z.enum(['released', 'burnt', 'no_change']) });
export type CancelAnswer = z.infer<typeof cancelAnswer>;

export const helloInput = z.object({
  protocol_version: z.number().int().min(0).max(1000),
  software: z.string().max(60),
  boot_id: token,
  journal_id: token,
  /** the node's own clock, for the trail only: nothing is decided by it */
  wall_ms: z.number().int().optional(),
  /** attempts of earlier boots that the journal holds rows of: these are never disowned */
  journalled: z.array(clientTxId).max(10_000),
  taps: z
    .array(z.object({ tap_id: id, seq_high: whole(INT4), meter_total_ml: whole() }))
    .min(1)
    .max(32),
});
export type HelloInput = z.infer<typeof helloInput>;

export const helloAnswer = z.object({
  incarnation: z.string(),
  life: tillLife.optional(),
  node_id: id,
  config: nodeConfig,
  /** the till's marks for this journal: the node re-sends every row above them */
  marks: z.array(z.object({ tap_id: id, seq_high: whole() })),
  /** unsettled grants of this node, each to be answered by settle or cancel before the tap sells */
  unsettled: z.array(
    z.object({ grant_id: z.uuid(), client_tx_id: clientTxId, tap_id: id, stopped: z.boolean() }),
  ),
});
export type HelloAnswer = z.infer<typeof helloAnswer>;

export const TAP_PHASES = [
  'idle',
  'asking',
  'pouring',
  'closing',
  'processing_sync',
  'cleaning',
  'offline',
  'emergency_stop',
  'fault',
] as const;

export const heartbeatInput = z.object({
  boot_id: token,
  queue_depth: whole(INT4),
  oldest_age_ms: whole().nullable(),
  taps: z
    .array(
      z.object({
        tap_id: id,
        phase: z.enum(TAP_PHASES),
        meter_total_ml: whole(),
        /** what the node notices of its flow; absent: a node that does not look */
        flow_trouble: z.enum(FLOW_TROUBLES).nullable().optional(),
        /** what the latest cleaning by card has let through since its valve opened: into a measuring jug, for instance */
        rinsed_pulses: whole().nullable().optional(),
      }),
    )
    .max(32),
  /** stops that this node has carried out or remembered since its last heartbeat */
  stops_acknowledged: z.array(z.uuid()).max(1000),
});
export type HeartbeatInput = z.infer<typeof heartbeatInput>;
export const heartbeatAnswer = z.object({
  emergency_stop: z.boolean(),
  stop_grants: z.array(z.uuid()),
  config_version: z.string(),
  /** the certificate ends within half a year: `node.renew` */
  renew_certificate: z.boolean().optional(),
  life: tillLife.optional(),
});
export type HeartbeatAnswer = z.infer<typeof heartbeatAnswer>;

export const progressInput = z.object({ grant_id: z.uuid(), tap_id: id, ml: whole(100_000) });

export const flowInput = z.object({
  flow_id: clientTxId,
  tap_id: id,
  kind: z.enum(['cleaning', 'leak', 'kick', 'after_close']),
  pulses: whole(),
  ml: whole(1_000_000),
  age_ms: whole().nullable(),
});
export type FlowInput = z.infer<typeof flowInput>;

/** Pushed by the till over the `node.commands` subscription. */
export const nodeCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stop_grant'), grant_id: z.uuid() }),
  z.object({ kind: z.literal('emergency_stop'), on: z.boolean() }),
  z.object({ kind: z.literal('config'), config: nodeConfig }),
]);
export type NodeCommand = z.infer<typeof nodeCommand>;

/** The node's next key; the present one stays good until the next is used. */
export const renewInput = z.object({
  /** PEM of a PKCS#10 request signed by the next key */
  csr: z.string().max(4000),
});
export type RenewInput = z.infer<typeof renewInput>;
export const renewAnswer = z.object({ certificate: z.string() });
export type RenewAnswer = z.infer<typeof renewAnswer>;

export const enrolInput = z.object({
  /** the secret half of the enrolment code */
  secret: z.string().min(8).max(64),
  /** PEM of a PKCS#10 request signed by the node's own key */
  csr: z.string().max(4000),
});
export const enrolAnswer = z.object({
  node_id: id,
  certificate: z.string(),
  ca: z.string(),
  tap_ids: z.array(id),
});
export type EnrolAnswer = z.infer<typeof enrolAnswer>;
