import { randomBytes, randomUUID } from 'node:crypto';
import { TRPCClientError } from '@trpc/client';
import type { ErrorCode } from '#domain/errors';
import type { AuthoriseAnswer, GrantWire, PourReport, TAP_PHASES } from '#domain/protocol/node';
import type { TillEvent, VisitWire } from '#domain/protocol/till';
import type { ReportVerdict } from '../services/settleReport.ts';
import { endLease } from '../services/endLease.ts';
import { query, queryOne } from '../db/query.ts';
import { appServer } from './appServer.ts';
import type { AppServer } from './appServer.ts';
import { aClock } from './builders.ts';
import type { TestClock } from './builders.ts';
import { enrolTestNode, setUpBar, signIn } from './clients.ts';
import type { EnrolledNode, TillClient } from './clients.ts';
import { aReport } from './pours.ts';
import { testDatabase } from './testDatabase.ts';
import type { TestDatabase } from './testDatabase.ts';

export const BOOT_ID = 'boot-0000-0001';
export const JOURNAL_ID = 'journal-0000-0001';
export const once = (): { request_id: string } => ({ request_id: randomUUID() });
export const aUid = (): string => `04${randomBytes(6).toString('hex').toUpperCase()}`;

/** A tap and the node that speaks for it, over TLS. */
export interface WireTap {
  readonly tap_id: number;
  readonly number: number;
  readonly node: EnrolledNode;
}
export interface WireGuest {
  readonly visit_id: number;
  readonly guest_id: number;
  readonly uid: string;
}

/**
 * A bar as people and taps see it: everything goes over the till's and the taps' wire. Two taps with a node each at 300.00 a
 * litre, a cashier, and a shift lead whose PIN is `approval`. Time stands still until the test moves it.
 */
export interface WireBar {
  readonly db: TestDatabase;
  readonly server: AppServer;
  readonly clock: TestClock;
  readonly engineer: TillClient;
  readonly lead: TillClient;
  readonly cashier: TillClient;
  readonly approval: { operator_id: number; pin: string };
  readonly taps: readonly [WireTap, WireTap];
  close(): Promise<void>;
}

/** Of one grant: so that a guest may have several in a day. */
export const LIMIT_ML = 1_000;
const LEAD_PIN = '7391';
const CASHIER_PIN = '1597';

export async function aWireBar(): Promise<WireBar> {
  const db = await testDatabase();
  const clock = aClock();
  const server = await appServer(db, { clock });
  const { api: engineer } = await setUpBar(server.url);
  const values = { max_pour_ml: LIMIT_ML, daily_limit_ml: 20_000 };
  await engineer.settings.set.mutate({ ...once(), reason: 'для проверки', section: 'pour', values });
  const hire = (name: string, role: 'cashier' | 'shift_lead', pin: string) =>
    engineer.staff.create.mutate({ ...once(), name, role, pin });
  const lead = await hire('Олег', 'shift_lead', LEAD_PIN);
  const cashier = await hire('Анна', 'cashier', CASHIER_PIN);
  const first = (await engineer.board.get.query()).taps[0]?.tap_id ?? 0;
  const taps = [await aWireTap(server, engineer, first, 1), await secondTap(server, engineer)] as const;
  return {
    db,
    server,
    clock,
    engineer,
    lead: await signIn(server.url, lead.id, LEAD_PIN),
    cashier: await signIn(server.url, cashier.id, CASHIER_PIN),
    approval: { operator_id: lead.id, pin: LEAD_PIN },
    taps,
    async close() {
      for (const { node } of taps) await node.close();
      await server.close();
      await db.drop();
      if (server.unexpected.length > 0)
        throw new Error(`nobody expected this: ${JSON.stringify(server.unexpected)}`);
    },
  };
}

async function aWireTap(
  server: AppServer,
  engineer: TillClient,
  tap_id: number,
  number: number,
): Promise<WireTap> {
  const node = await enrolTestNode(server, engineer, { name: `pi-${number}`, tap_ids: [tap_id] });
  return { tap_id, number, node };
}

async function secondTap(server: AppServer, engineer: TillClient): Promise<WireTap> {
  const [beverage] = await engineer.beverages.list.query();
  const { tap_id } = await engineer.taps.create.mutate({ number: 2 });
  const keg = await engineer.kegs.receive.mutate({
    ...once(),
    beverage_id: beverage?.beverage_id ?? 0,
    size_ml: 30_000,
  });
  await engineer.kegs.putOnTap.mutate({ ...once(), tap_id, keg_id: keg.keg_id });
  return aWireTap(server, engineer, tap_id, 2);
}

/** The code that a procedure was refused with; `done` where it was not. */
export async function codeOf(call: Promise<unknown>): Promise<ErrorCode | 'done'> {
  return (await problemOf(call)).code;
}

export async function problemOf(
  call: Promise<unknown>,
): Promise<{ code: ErrorCode | 'done'; params: Record<string, unknown> }> {
  try {
    await call;
    return { code: 'done', params: {} };
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    return (error.data as { taptill: { code: ErrorCode; params: Record<string, unknown> } }).taptill;
  }
}

/** A guest with a card and money, served by the cashier. The shift must be open. */
export async function aWireGuest(
  { cashier }: Pick<WireBar, 'cashier'>,
  options: { name?: string; balance_minor?: number; method?: 'cash' | 'card_terminal' } = {},
): Promise<WireGuest> {
  const uid = aUid();
  const { visit_id, guest_id } = await cashier.visits.open.mutate({
    ...once(),
    guest: { age_confirmed: true, name: options.name ?? null },
    card_uid: uid,
  });
  const amount_minor = options.balance_minor ?? 100_000;
  if (amount_minor > 0)
    await cashier.visits.topUp.mutate({
      ...once(),
      visit_id,
      amount_minor,
      method: options.method ?? 'cash',
    });
  return { visit_id, guest_id, uid };
}

export const visitOf = ({ cashier }: Pick<WireBar, 'cashier'>, { visit_id }: WireGuest): Promise<VisitWire> =>
  cashier.visits.get.query({ visit_id });

/** The ids that a command on a visit needs. */
export async function onVisit(bar: Pick<WireBar, 'cashier'>, guest: WireGuest) {
  const { visit_id, version } = await visitOf(bar, guest);
  return { ...once(), visit_id, expected_version: version };
}

/** The card is laid on the tap. `client_tx_id`: of an attempt that is asked again. */
export function lay(
  { tap_id, node }: WireTap,
  { uid }: Pick<WireGuest, 'uid'>,
  asked: { client_tx_id?: string; attempt?: number } = {},
): Promise<AuthoriseAnswer> {
  return node.client.node.authorise.mutate({
    client_tx_id: asked.client_tx_id ?? randomBytes(16).toString('hex'),
    tap_id,
    card_uid: uid,
    boot_id: BOOT_ID,
    attempt: asked.attempt ?? 1,
  });
}

export async function grantOf(answer: Promise<AuthoriseAnswer>): Promise<GrantWire> {
  const given = await answer;
  if (given.outcome === 'refused') throw new Error(`expected a grant, was refused: ${given.refusal.code}`);
  return given.grant;
}

export async function answerOf(answer: Promise<AuthoriseAnswer>): Promise<string> {
  const given = await answer;
  return given.outcome === 'refused' ? given.refusal.code : 'granted';
}

/** The pour's report, as the tap sends it; the same change again is the same report. */
export async function settle(
  { node }: WireTap,
  grant: GrantWire,
  change: Partial<PourReport> = {},
): Promise<ReportVerdict['verdict'] | undefined> {
  const { verdicts } = await node.client.node.settle.mutate({ reports: [aReport(grant, change)] });
  return verdicts[0]?.verdict;
}

/** The attempt is given up before its valve opened. */
export async function cancel({ tap_id, node }: WireTap, { client_tx_id }: GrantWire): Promise<string> {
  return (await node.client.node.cancel.mutate({ client_tx_id, tap_id, boot_id: BOOT_ID })).outcome;
}

export function beat(
  { tap_id, node }: WireTap,
  phase: (typeof TAP_PHASES)[number] = 'idle',
  stops_acknowledged: string[] = [],
) {
  return node.client.node.heartbeat.mutate({
    boot_id: BOOT_ID,
    queue_depth: 0,
    oldest_age_ms: null,
    taps: [{ tap_id, phase, meter_total_ml: 0 }],
    stops_acknowledged,
  });
}

/** The lease of this grant runs out. */
export async function leaseOver({ server, clock }: Pick<WireBar, 'server' | 'clock'>, grant_id: string) {
  clock.advance(141_000);
  await endLease(server.app.deps, grant_id);
}

/** What the till's screens were told, from now on. */
export async function watching(client: TillClient): Promise<{ events: TillEvent[]; end: () => void }> {
  const events: TillEvent[] = [];
  const began = new Promise<void>((resolve, reject) => {
    const subscription = client.events.subscribe.subscribe(
      {},
      {
        onData: ({ data }) => {
          events.push(data);
          resolve();
        },
        onError: reject,
      },
    );
    ends.push(() => subscription.unsubscribe());
  });
  await began;
  return { events, end: () => ends.splice(0).forEach((end) => end()) };
}
const ends: (() => void)[] = [];

/** Rows of the trail about one visit, in order. */
export function trailOf(
  { db }: Pick<WireBar, 'db'>,
  visit_id: number,
): Promise<{ action: string; reason: string | null; operator_id: number | null }[]> {
  return query(
    db.sequelize,
    'SELECT action, reason, operator_id FROM audit_events WHERE visit_id = $1 ORDER BY id',
    [visit_id],
  );
}

/** All entries sum to zero, and what this guest owes the house. */
export async function booksOf({ db }: Pick<WireBar, 'db'>, { guest_id }: WireGuest) {
  return queryOne<{ sum_minor: number; owed_minor: number; debits: number }>(
    db.sequelize,
    `SELECT (SELECT coalesce(sum(amount_minor), 0) FROM ledger_entries)::bigint AS sum_minor,
       coalesce((SELECT -sum(e.amount_minor) FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
         WHERE a.kind = 'receivable' AND a.guest_id = $1), 0)::bigint AS owed_minor,
       (SELECT count(*) FROM ledger_transactions WHERE kind = 'pour' AND guest_id = $1) AS debits`,
    [guest_id],
  );
}
