import { TRPCClientError } from '@trpc/client';
import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPin } from '../security/pin.ts';
import { query, queryOne } from '../db/query.ts';
import { ROLES, type Role } from '#domain/staff/roles';
import { appServer, type AppServer } from '../testing/appServer.ts';
import {
  callerHeaders,
  enrolTestNode,
  lanClient,
  PIN,
  setUpBar,
  signIn,
  tillClient,
  type Caller,
  type EnrolledNode,
  type LanClient,
} from '../testing/clients.ts';
import { testDatabase, type TestDatabase } from '../testing/testDatabase.ts';
import { lanRouter } from './lanRouter.ts';
import { LAN_RULES, TILL_RULES, type LanRule, type TillRule } from './rules.ts';
import { tillRouter } from './tillRouter.ts';

interface Procedure {
  path: string;
  type: 'query' | 'mutation' | 'subscription';
  may: string | undefined;
}

const proceduresOf = (router: AnyTRPCRouter): Procedure[] =>
  Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>).map(([path, { _def }]) => ({
    path,
    type: _def.type,
    may: (_def.meta as { may?: string } | undefined)?.may,
  }));
const till = proceduresOf(tillRouter);
const lan = proceduresOf(lanRouter);

/** Who may pass each rule: what the procedures' base must do, said once more and independently of it. */
const PASSES: Record<TillRule, readonly TillCaller[]> = {
  anyone: ['nobody', 'window', 'station', 'cashier', 'shift_lead', 'engineer'],
  window: ['window', 'cashier', 'shift_lead', 'engineer'],
  station: ['station'],
  cashier: ['cashier', 'shift_lead', 'engineer'],
  shift_lead: ['shift_lead', 'engineer'],
  engineer: ['engineer'],
};
const TILL_CALLERS = ['nobody', 'window', 'station', ...ROLES] as const;
type TillCaller = (typeof TILL_CALLERS)[number];
const LAN_PASSES: Record<LanRule, readonly LanCaller[]> = { anyone: ['stranger', 'node'], node: ['node'] };
const LAN_CALLERS = ['stranger', 'node'] as const;
type LanCaller = (typeof LAN_CALLERS)[number];

let db: TestDatabase;
let server: AppServer;
const callers = new Map<TillCaller, Caller>();
let node: EnrolledNode;
let stranger: LanClient;

beforeAll(async () => {
  db = await testDatabase();
  server = await appServer(db);
  const { api } = await setUpBar(server.url);
  for (const role of ROLES) {
    await query(db.sequelize, 'INSERT INTO operators (name, role, pin_hash) VALUES ($1, $1, $2)', [
      role,
      await hashPin(PIN),
    ]);
    const { id } = await queryOne<{ id: number }>(db.sequelize, 'SELECT id FROM operators WHERE name = $1', [
      role,
    ]);
    const { token } = await tillClient(server.url).session.signIn.mutate({ operator_id: id, pin: PIN });
    callers.set(role, { token });
  }
  callers.set('nobody', {});
  callers.set('window', { tillToken: server.app.tokens.till });
  callers.set('station', { token: server.app.tokens.station });
  const [tap] = (await api.board.get.query()).taps;
  node = await enrolTestNode(server, api, { name: 'pi', tap_ids: [tap?.tap_id ?? 0] });
  stranger = lanClient(server.lanPort);
});
afterAll(async () => {
  await node.close();
  await stranger.close();
  expect(server.unexpected).toEqual([]);
  await server.close();
  await db.drop();
});

/** An input that no procedure takes, so that a caller who is let in changes nothing: the rule is asked before the input. */
const NO_INPUT = { this_is: 'no input' };

async function codeOver(
  send: (url: string, init: object) => Promise<Response>,
  base: string,
  procedure: Procedure,
  headers: Record<string, string> = {},
): Promise<string> {
  const input = JSON.stringify(NO_INPUT);
  const asked =
    procedure.type === 'mutation'
      ? send(`${base}/${procedure.path}`, {
          method: 'POST',
          body: input,
          headers: { ...headers, 'content-type': 'application/json' },
        })
      : send(`${base}/${procedure.path}?input=${encodeURIComponent(input)}`, { headers });
  const text = await (await asked).text();
  return /"taptill":\{"code":"([\w.]+)"/.exec(text)?.[1] ?? text.slice(0, 200);
}

describe('who may call what', () => {
  it.each([
    ...till.map((one) => ({ ...one, router: 'till' })),
    ...lan.map((one) => ({ ...one, router: 'LAN' })),
  ])('$router $path has a rule', ({ may, router }) => {
    expect(router === 'till' ? TILL_RULES : LAN_RULES).toContain(may);
  });

  it('the rules of commands on money, people and equipment are those of the design', () => {
    const byRule = Object.fromEntries(
      TILL_RULES.map((rule) => [rule, till.filter(({ may }) => may === rule).map(({ path }) => path)]),
    );
    expect(byRule).toMatchInlineSnapshot(`
      {
        "anyone": [
          "session.operators",
          "session.signIn",
          "setup.firstRun",
          "setup.recover",
          "setup.loadDemo",
        ],
        "cashier": [
          "session.signOut",
          "session.touch",
          "session.me",
          "board.get",
          "visits.get",
          "visits.search",
          "visits.open",
          "visits.issueCard",
          "visits.replaceCard",
          "visits.reportLost",
          "visits.topUp",
          "visits.refund",
          "visits.forceUnlock",
          "visits.close",
          "visits.openHouse",
          "visits.raiseLimit",
          "pours.reconcile",
          "pours.comp",
          "pours.reverse",
          "reviews.list",
          "reviews.get",
          "reviews.quarantine",
          "reviews.resolve",
          "receivables.list",
          "receivables.pay",
          "receivables.writeOff",
          "receivables.carry",
          "cards.lookUp",
          "cards.addToPool",
          "cards.lost",
          "cards.found",
          "cards.retire",
          "shifts.precheck",
          "cash.current",
          "cash.handOver",
          "cash.move",
          "nodes.list",
          "nodes.pairings",
          "nodes.confirmPairing",
          "nodes.refusePairing",
          "nodes.takeOver",
          "kegs.list",
          "kegs.receive",
          "kegs.putOnTap",
          "kegs.suggest",
          "kegs.takeOff",
          "kegs.change",
          "kegs.markEmpty",
          "kegs.setMarkingCode",
          "beverages.list",
          "prices.list",
          "taps.startCleaning",
          "taps.endCleaning",
          "taps.cleanings",
          "taps.setStatus",
          "taps.reset",
          "taps.calibrations",
          "events.subscribe",
          "guests.get",
          "guests.update",
          "guests.confirmAge",
          "guests.setConsent",
          "guests.setBlocked",
          "guests.claimMoney",
          "receipts.moneyOf",
          "receipts.preview",
          "receipts.print",
          "receipts.openDrawer",
          "receipts.cancel",
          "receipts.state",
          "staff.changeOwnPin",
          "flags.list",
          "settings.get",
          "about.get",
        ],
        "engineer": [
          "taps.calibrate",
          "taps.meter",
          "staff.setRole",
          "staff.newRecoveryCode",
        ],
        "shift_lead": [
          "visits.closeWalkedOut",
          "shifts.open",
          "shifts.close",
          "shifts.list",
          "shifts.reports",
          "shifts.zCsv",
          "shifts.x",
          "shifts.takeX",
          "nodes.createEnrolment",
          "nodes.revoke",
          "kegs.markReturned",
          "kegs.correct",
          "beverages.create",
          "prices.set",
          "prices.remove",
          "prices.setStaff",
          "taps.create",
          "taps.endEmergencyStop",
          "guests.export",
          "guests.erase",
          "audit.list",
          "audit.events",
          "pos.recent",
          "receipts.previewShift",
          "receipts.printShift",
          "reports.get",
          "staff.list",
          "staff.create",
          "staff.rename",
          "staff.deactivate",
          "staff.reactivate",
          "staff.setPin",
          "staff.setCard",
          "staff.unlock",
          "flags.set",
          "settings.set",
        ],
        "station": [
          "station.report",
        ],
        "window": [
          "taps.emergencyStop",
          "taps.stopState",
        ],
      }
    `);
  });

  it('everybody who may not is told so, and who may gets as far as the input: each procedure as each caller of the till', async () => {
    const wrong: string[] = [];
    for (const procedure of till) {
      for (const caller of TILL_CALLERS) {
        const code = await codeOver(
          fetch,
          `${server.url}/trpc`,
          procedure,
          callerHeaders(callers.get(caller) ?? {}),
        );
        const passes = PASSES[procedure.may as TillRule].includes(caller);
        const refused =
          code === (isOperator(caller) ? 'operator.not_allowed' : 'session.missing') ||
          (procedure.may === 'station' && code === 'session.missing');
        if (passes ? code !== 'input.invalid' : !refused)
          wrong.push(`${caller} → ${procedure.path} (${procedure.may}): ${code}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(till.length * TILL_CALLERS.length).toBeGreaterThan(150);
  });

  it('each procedure of the LAN as a stranger and as a node', async () => {
    Object.assign(server.app, { enrolmentTries: { take: () => 0 }, pairingLooks: { take: () => 0 } });
    const wrong: string[] = [];
    for (const procedure of lan) {
      for (const caller of LAN_CALLERS) {
        const client = caller === 'node' ? node : stranger;
        const code = await codeOver(client.fetch, `https://127.0.0.1:${server.lanPort}`, procedure);
        const passes = LAN_PASSES[procedure.may as LanRule].includes(caller);
        if (code !== (passes ? 'input.invalid' : 'node.not_allowed'))
          wrong.push(`${caller} → ${procedure.path}: ${code}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('a role that was taken back is gone with the next call', async () => {
    const { id } = await queryOne<{ id: number }>(
      db.sequelize,
      `SELECT id FROM operators WHERE name = 'shift_lead'`,
    );
    const lead = await signIn(server.url, id);
    await query(db.sequelize, `UPDATE operators SET role = 'cashier' WHERE id = $1`, [id]);
    const error: unknown = await lead.taps.create.mutate({ number: 50 }).catch((reason: unknown) => reason);
    await query(db.sequelize, `UPDATE operators SET role = 'shift_lead' WHERE id = $1`, [id]);
    expect(error).toBeInstanceOf(TRPCClientError);
    expect(error).toMatchObject({
      data: { taptill: { code: 'operator.not_allowed', params: { needs: 'shift_lead' } } },
    });
  });
});

const isOperator = (caller: string): caller is Role => (ROLES as readonly string[]).includes(caller);
