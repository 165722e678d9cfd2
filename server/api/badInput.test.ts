import { randomBytes, randomUUID } from 'node:crypto';
import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ERROR_CODES } from '#domain/errors';
import { errorText } from '#domain/texts/errors';
import { query } from '../db/query.ts';
import { appServer, type AppServer } from '../testing/appServer.ts';
import { exampleOf, mutantsOf, toJson, type Json, type Mutant } from '../testing/badInput.ts';
import { enrolTestNode, setUpBar, type EnrolledNode, type TillClient } from '../testing/clients.ts';
import { testDatabase, type TestDatabase } from '../testing/testDatabase.ts';
import type { WireProblem } from './errors.ts';
import { lanRouter } from './lanRouter.ts';
import { assertPlainText } from './plainText.ts';
import { tillRouter } from './tillRouter.ts';

interface Procedure {
  name: string;
  port: 'till' | 'LAN';
  path: string;
  type: string;
  schema: z.ZodType | undefined;
}
const proceduresOf = (port: Procedure['port'], router: AnyTRPCRouter): Procedure[] =>
  Object.entries(router._def.procedures as Record<string, AnyTRPCProcedure>).map(([path, { _def }]) => {
    const { type, inputs } = _def as unknown as { type: string; inputs: z.ZodType[] };
    return { name: `${port} ${path}`, port, path, type, schema: inputs[0] };
  });
const procedures = [...proceduresOf('till', tillRouter), ...proceduresOf('LAN', lanRouter)];

let db: TestDatabase;
let server: AppServer;
let api: TillClient;
let token: string;
let node: EnrolledNode;
let other: EnrolledNode;
let visits: number[];

beforeAll(async () => {
  db = await testDatabase();
  server = await appServer(db);
  const bar = await setUpBar(server.url);
  ({ api } = bar);
  token = bar.session.token;
  Object.assign(server.app, { enrolmentTries: { take: () => 0 } });
  await api.taps.create.mutate({ number: 2 });
  const taps = (await api.board.get.query()).taps.map(({ tap_id }) => tap_id);
  node = await enrolTestNode(server, api, { name: 'a', tap_ids: [taps[0] ?? 0] });
  other = await enrolTestNode(server, api, { name: 'b', tap_ids: [taps[1] ?? 0] });
  await api.shifts.open.mutate({ request_id: randomUUID(), float_minor: 0 });
  visits = [];
  for (const name of ['Анна', 'Борис']) {
    const opened = await api.visits.open.mutate({
      request_id: randomUUID(),
      guest: { name, age_confirmed: true },
    });
    await api.visits.topUp.mutate({
      request_id: randomUUID(),
      visit_id: opened.visit_id,
      amount_minor: 100_000,
      method: 'cash',
    });
    visits.push(opened.visit_id);
  }
});
afterAll(async () => {
  await node.close();
  await other.close();
  await server.close();
  await db.drop();
});

/** Rows of every table and everything that money and beer are kept in. */
async function fingerprint(): Promise<Record<string, unknown>> {
  const tables = await query<{ name: string }>(
    db.owner,
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  const counts = tables.map(({ name }) => `(SELECT count(*) FROM "${name}") AS "${name}"`).join(', ');
  const [rows] = await query(db.owner, `SELECT ${counts}`);
  return { ...rows, ...(await money()) };
}
async function money(): Promise<Record<string, unknown>> {
  const [sums] = await query(
    db.owner,
    `SELECT (SELECT count(*) FROM ledger_entries) AS entries, (SELECT sum(balance_minor) FROM guest_accounts) AS balances,
       (SELECT sum(remaining_ml) FROM kegs) AS beer, (SELECT string_agg(v.id || v.state || v.version, ' ' ORDER BY v.id) FROM visits v) AS visits`,
  );
  return sums ?? {};
}

async function send(
  procedure: Procedure,
  input: Json,
): Promise<{ status: number; problem: WireProblem | undefined; text: string }> {
  const body = toJson(input);
  const bearer = procedure.path.startsWith('station.') ? server.app.tokens.station : token;
  const init = {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
  };
  const viaGet = procedure.port === 'LAN' && procedure.type === 'subscription';
  const url =
    procedure.port === 'till'
      ? `${server.url}/trpc/${procedure.path}`
      : `https://127.0.0.1:${server.lanPort}/${procedure.path}`;
  const fetchOver = procedure.port === 'till' ? fetch : node.fetch;
  const answer = viaGet
    ? await fetchOver(`${url}?input=${encodeURIComponent(body.slice(0, 4_000))}`)
    : await fetchOver(url, init);
  const text = await answer.text();
  return { status: answer.status, problem: problemIn(text), text };
}

/** In the body, or in the event of a stream that ends as soon as it began. */
function problemIn(text: string): WireProblem | undefined {
  const written = text.startsWith('{') ? text : (/^data: (\{.*"taptill".*)$/m.exec(text)?.[1] ?? '{}');
  const answer = JSON.parse(written) as {
    error?: { data: { taptill: WireProblem } };
    data?: { taptill: WireProblem };
  };
  return answer.error?.data.taptill ?? answer.data?.taptill;
}

/** Whether the procedure's own schema refuses it: the rest is a right input of somebody else's. */
function isWrong(procedure: Procedure, input: Json): boolean {
  const arrives = JSON.parse(toJson(input)) as unknown;
  if (!procedure.schema?.safeParse(arrives).success) return true;
  // A report is never refused: what is unusable in it is quarantined.
  if (procedure.path === 'node.settle') return false;
  try {
    assertPlainText(arrives);
    return false;
  } catch {
    return true;
  }
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items];
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) results.push(await work(item));
    }),
  );
  return results;
}

function complaintOf(mutant: Mutant, answer: Awaited<ReturnType<typeof send>>): string | undefined {
  const { status, problem, text } = answer;
  const say = (what: string): string => `${mutant.what}: ${what} (${status} ${text.slice(0, 200)})`;
  if (status >= 500) return say('a failure of the server');
  if (!problem || !(ERROR_CODES as readonly string[]).includes(problem.code)) return say('no code');
  const { ru, en } = errorText(problem.code, problem.params);
  if (ru.split(/[.:]/).length < 3 || en.split(/[.:]/).length < 3)
    return say('a text that does not say what to do');
  if (/яяяя|DROP TABLE|onerror|\.ts:\d|SequelizeDatabase/.test(text)) return say('an echo');
  return undefined;
}

describe('wrong input', () => {
  it.each(procedures)('$name has an input that the generator knows', ({ schema }) => {
    expect(schema).toBeDefined();
    if (schema) exampleOf(schema);
  });

  it.each(procedures)(
    '$name: missing, extra, wrong type, 2^53, infinity, a megabyte: refused with what to do, nothing is written',
    async (procedure) => {
      if (!procedure.schema) return expect.fail('no schema');
      const wrong = mutantsOf(exampleOf(procedure.schema)).filter(({ input }) => isWrong(procedure, input));
      expect(wrong.length).toBeGreaterThan(5);
      const before = await fingerprint();
      const complaints = await inTurns(wrong, async (mutant) => {
        const answer = await send(procedure, mutant.input);
        if (answer.status < 400 && procedure.type !== 'subscription')
          return `${mutant.what}: taken (${answer.text.slice(0, 200)})`;
        return complaintOf(mutant, answer);
      });
      expect(complaints.filter(Boolean)).toEqual([]);
      expect(await fingerprint()).toEqual(before);
    },
  );

  it('somebody else’s id, or nobody’s: refused with what to do, and neither money nor beer nor a visit moves', async () => {
    const [anna = 0, boris = 0] = visits;
    const [foreignTap = 0] = other.tap_ids;
    const request_id = () => randomUUID();
    const ids = [987_654_321, Number.MAX_SAFE_INTEGER];
    const grant_id = randomUUID();
    const calls: [string, 'till' | 'LAN', Json][] = [
      ...ids.flatMap((visit_id): [string, 'till', Json][] => [
        ['visits.get', 'till', { visit_id }],
        [
          'visits.issueCard',
          'till',
          { request_id: request_id(), visit_id, expected_version: 1, card_uid: '04A1B2C3D4E580' },
        ],
        [
          'visits.replaceCard',
          'till',
          {
            request_id: request_id(),
            visit_id,
            expected_version: 1,
            card_uid: '04A1B2C3D4E580',
            reason: 'x',
          },
        ],
        ['visits.reportLost', 'till', { request_id: request_id(), visit_id, reason: 'x' }],
        ['visits.topUp', 'till', { request_id: request_id(), visit_id, amount_minor: 100, method: 'cash' }],
        [
          'visits.refund',
          'till',
          {
            request_id: request_id(),
            visit_id,
            expected_version: 1,
            amount_minor: 100,
            method: 'cash',
            reason: 'x',
          },
        ],
        [
          'visits.forceUnlock',
          'till',
          { request_id: request_id(), visit_id, expected_version: 1, reason: 'x' },
        ],
        [
          'visits.close',
          'till',
          {
            request_id: request_id(),
            visit_id,
            expected_version: 1,
            reason: 'x',
            card_returned: false,
            remainder: 'refund',
            method: 'cash',
          },
        ],
        [
          'pours.reconcile',
          'till',
          { request_id: request_id(), visit_id, grant_id, ml: 100, short_id: '000000', reason: 'x' },
        ],
        ['visits.open', 'till', { request_id: request_id(), guest_id: visit_id }],
        ['nodes.createEnrolment', 'till', { name: 'x', tap_ids: [visit_id] }],
        ['nodes.revoke', 'till', { node_id: visit_id, reason: 'x' }],
        ['kegs.receive', 'till', { request_id: request_id(), beverage_id: visit_id, size_ml: 1000 }],
        ['kegs.putOnTap', 'till', { request_id: request_id(), tap_id: visit_id, keg_id: visit_id }],
        ['session.signIn', 'till', { operator_id: visit_id, pin: '0000' }],
      ]),
      [
        'visits.refund',
        'till',
        {
          request_id: request_id(),
          visit_id: anna,
          expected_version: 99,
          amount_minor: 100,
          method: 'cash',
          reason: 'x',
        },
      ],
      [
        'visits.refund',
        'till',
        {
          request_id: request_id(),
          visit_id: anna,
          expected_version: 2,
          amount_minor: 100_000_000,
          method: 'cash',
          reason: 'x',
        },
      ],
      [
        'pours.reconcile',
        'till',
        {
          request_id: request_id(),
          visit_id: boris,
          grant_id,
          ml: 0,
          short_id: null,
          reason: 'x',
          approval: { operator_id: 1, pin: '0000' },
        },
      ],
      ['visits.open', 'till', { request_id: request_id(), guest_id: 1, guest: { age_confirmed: true } }],
      ['visits.open', 'till', { request_id: request_id() }],
      [
        'node.flow',
        'LAN',
        {
          flow_id: randomBytes(16).toString('hex'),
          tap_id: foreignTap,
          kind: 'leak',
          pulses: 10,
          ml: 10,
          age_ms: 0,
        },
      ],
      ['node.progress', 'LAN', { grant_id, tap_id: foreignTap, ml: 10 }],
      ['pairing.enrol', 'LAN', { secret: 'ABCDEFGH23', csr: 'x' }],
    ];
    const before = await money();
    const complaints = await inTurns(calls, async ([path, port, input]) => {
      const procedure = procedures.find((one) => one.path === path && one.port === port);
      if (!procedure) return `no procedure ${path}`;
      const answer = await send(procedure, input);
      const mutant = { what: `${path} ${JSON.stringify(input).slice(0, 120)}`, input };
      return answer.status < 400
        ? `${mutant.what}: taken (${answer.text.slice(0, 200)})`
        : complaintOf(mutant, answer);
    });
    expect(complaints.filter(Boolean)).toEqual([]);
    expect(await money()).toEqual(before);
  });

  it('a report that cannot be used gets its verdict and moves nothing, and the next one is heard', async () => {
    const settle = procedures.find(({ path }) => path === 'node.settle');
    if (!settle) return expect.fail('no node.settle');
    const report = {
      grant_id: randomUUID(),
      client_tx_id: randomBytes(16).toString('hex'),
      tap_id: other.tap_ids[0] ?? 0,
      short_id: '010001',
      seq: 1,
      pulses: 2700,
      metered_ml: 500,
      calibration_version: 1,
      duration_ms: 9_000,
      end_reason: 'limit',
      boot_id: 'boot-0001',
      age_ms: 0,
      offline: false,
      attempt: 1,
      journal_id: 'journal-0001',
    };
    const before = await money();
    const mutants = mutantsOf(report).filter(({ input }) => toJson(input).length < 400_000);
    const complaints = await inTurns(mutants, async ({ what, input }) => {
      const { status, text } = await send(settle, { reports: [input] });
      return status === 200 && text.includes('"verdict":"')
        ? undefined
        : `${what}: ${status} ${text.slice(0, 200)}`;
    });
    expect(complaints.filter(Boolean)).toEqual([]);
    expect(await money()).toEqual(before);
  });

  it('a refused request leaves no trace that a code of the list cannot explain: nothing was unexpected', () => {
    expect(server.unexpected).toEqual([]);
  });
});
