import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { startCluster } from '#server/db/cluster';
import { enrolTestNode, setUpBar } from '#server/testing/clients';
import type { EnrolledNode, TillClient } from '#server/testing/clients';
import { startServer } from '#server/testing/startServer';
import type { TestServer } from '#server/testing/startServer';

/** One guest at one tap: a lane never waits for another lane's rows. */
export interface BenchLane {
  tap_id: number;
  node: EnrolledNode;
  /** The product's guests take turns: the codes of one tap in one visit are a thousand. */
  card_uids: string[];
  /** The yardstick's guest, so that its codes meet nobody's. */
  raw_visit_id: number;
  seq: number;
}

export interface BenchBar {
  server: TestServer;
  api: TillClient;
  lanes: BenchLane[];
  /** of the app's role, for the yardstick */
  appUrl: string;
  close(): Promise<void>;
}

const TAPS_PER_NODE = 8;
const GUESTS_PER_LANE = 6;
const TOP_UP_MINOR = 100_000_000;

/** A real server on its own data directory with `count` taps, eight per node, each with a keg and a guest who has money. */
export async function openBenchBar(count: number): Promise<BenchBar> {
  const server = await startServer();
  const { api } = await setUpBar(server.url);
  await api.shifts.open.mutate({ request_id: randomUUID(), float_minor: 0 });
  const [beverage] = await api.beverages.list.query();
  const tap_ids: number[] = (await api.board.get.query()).taps.map((tap) => tap.tap_id);
  for (let number = 2; number <= count; number++) {
    const { tap_id } = await api.taps.create.mutate({ number });
    const keg = await api.kegs.receive.mutate({
      request_id: randomUUID(),
      beverage_id: beverage?.beverage_id ?? 0,
      size_ml: 58_700,
    });
    await api.kegs.putOnTap.mutate({ request_id: randomUUID(), tap_id, keg_id: keg.keg_id });
    tap_ids.push(tap_id);
  }
  const lanes: BenchLane[] = [];
  for (let i = 0; i < tap_ids.length; i += TAPS_PER_NODE) {
    const own = tap_ids.slice(i, i + TAPS_PER_NODE);
    const node = await enrolTestNode(server, api, { name: `bench ${i}`, tap_ids: own });
    for (const tap_id of own) lanes.push(await openLane(api, node, tap_id));
  }
  const { appUrl } = await startCluster({ dataDir: server.dataDir });
  await liftDailyLimit(appUrl);
  return {
    server,
    api,
    lanes,
    appUrl,
    async close() {
      await Promise.all(lanes.map((lane) => lane.node.close()));
      await server.stop();
    },
  };
}

/** A bench guest drinks more than a guest may. */
async function liftDailyLimit(appUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: appUrl });
  await client.connect();
  await client.query(`UPDATE settings SET value = value || '{"daily_limit_ml": 100000}' WHERE key = 'pour'`);
  await client.end();
}

async function openLane(api: TillClient, node: EnrolledNode, tap_id: number): Promise<BenchLane> {
  const card_uids: string[] = [];
  for (let guest = 0; guest < GUESTS_PER_LANE; guest++) {
    const card_uid = `04BE${(tap_id * 100 + guest).toString(16).toUpperCase().padStart(10, '0')}`;
    await openRichVisit(api, card_uid);
    card_uids.push(card_uid);
  }
  const raw_visit_id = await openRichVisit(api, `04BF${tap_id.toString(16).toUpperCase().padStart(10, '0')}`);
  return { tap_id, node, card_uids, raw_visit_id, seq: 0 };
}

async function openRichVisit(api: TillClient, card_uid: string): Promise<number> {
  const { visit_id } = await api.visits.open.mutate({
    request_id: randomUUID(),
    guest: { name: null, phone: null, age_confirmed: true },
    card_uid,
  });
  await api.visits.topUp.mutate({
    request_id: randomUUID(),
    visit_id,
    amount_minor: TOP_UP_MINOR,
    method: 'card_terminal',
  });
  return visit_id;
}
