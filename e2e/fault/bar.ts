import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Sequelize } from 'sequelize';
import type { Role } from '#domain/staff/roles';
import { startCluster } from '#server/db/cluster';
import { openDatabase } from '#server/db/database';
import { pidFilePath, readPidFile } from '#server/db/embedded/postmasterPid';
import { query, queryOne } from '#server/db/query';
import { hashPin } from '#server/security/pin';
import { PIN, signIn, tillClient, type TillClient } from '#server/testing/clients';
import { endCluster, startServer, type TestServer } from '#server/testing/startServer';
import { temporaryDirectory } from '#server/testing/temporaryCluster';
import { readBooks, readVisit, type Books, type VisitBooks } from './books.ts';
import { enrolByCli, startTapProcess, type EnrolledDirectory, type TapProcess } from './tapProcess.ts';
import { waitFor } from './waitFor.ts';

export interface BarOptions {
  /** how many, numbered from 1; each with a full keg of one beverage */
  readonly taps?: number;
  readonly price_minor_per_litre?: number;
  readonly keg_ml?: number;
  /** what a guest tops up unless `openVisit` says otherwise */
  readonly balance_minor?: number;
  /** changes of the settings of pouring: leases, caps, grace */
  readonly pour?: PourSettings;
}
export type PourSettings = Readonly<Record<string, number>>;

export interface Fault {
  /** `authorise.before_commit`, `settle.after_commit:2`, … */
  readonly point: string;
  /** whose death it is; the server's own unless said */
  readonly of?: 'server' | 'postgres';
}

export interface OpenedVisit {
  readonly visit_id: number;
  readonly uid: string;
}

export interface StartTap {
  readonly node?: EnrolledDirectory;
  /** a proxy's; the till's own unless said */
  readonly lanPort?: number;
  readonly faultPoint?: string;
  readonly seed?: number;
  readonly noisy?: boolean;
}

/** A bar of real processes: a server with its own PostgreSQL in a temporary directory, taps that speak to it over TLS. */
export interface Bar {
  readonly dataDir: string;
  readonly url: string;
  readonly lanPort: number;
  /** By number of the tap, 1 first. */
  readonly tap_ids: readonly number[];
  /** As the owner of the tables: reads everything, and changes settings. Survives restarts of PostgreSQL. */
  readonly owner: Sequelize;
  /** The one that runs, or the last one that ran. */
  server(): TestServer;
  /** The same data directory and ports again; a running server is killed before. PostgreSQL is adopted where it survived. */
  restartServer(options?: { fault?: Fault }): Promise<TestServer>;
  killServer(): Promise<void>;
  postgresPid(): number;
  /** Kills the postmaster; the supervisor of the server brings it back. */
  killPostgres(): void;
  /** A new PostgreSQL runs and answers. */
  waitForPostgres(previousPid: number): Promise<void>;
  api(role: Role): Promise<TillClient>;
  openVisit(options?: { balance_minor?: number; uid?: string }): Promise<OpenedVisit>;
  setPour(change: PourSettings): Promise<void>;
  enrolNode(options?: { tap_ids?: readonly number[] }): Promise<EnrolledDirectory>;
  /** The node that was enrolled first unless one is given; one for all taps is enrolled where none is there. */
  startTap(options?: StartTap): Promise<TapProcess>;
  /** At the tap process started last. */
  lay(uid: string, number?: number): Promise<void>;
  remove(number?: number): Promise<void>;
  books(): Promise<Books>;
  visit(visit_id: number): Promise<VisitBooks>;
  /** Ends every process of this bar and removes its files. */
  stop(): Promise<void>;
}

/** A shift is open, nobody is here yet. What fails half-way leaves no process behind. */
export async function startBar(options: BarOptions = {}): Promise<Bar> {
  const dataDir = temporaryDirectory();
  clearUpAfterThisProcess(dataDir);
  const server = await startServer({ dataDir });
  note(dataDir, server.pid);
  try {
    return await furnish(server, options);
  } catch (error) {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
    throw new Error(`The bar was not opened. Its server said:\n${server.log()}`, { cause: error });
  }
}

async function furnish(first: TestServer, options: BarOptions): Promise<Bar> {
  let server = first;
  const { dataDir } = server;
  const { url, lanPort } = server;
  const { ownerUrl, pgData } = await startCluster({ dataDir });
  const owner = openDatabase({ url: ownerUrl, pool: { max: 2 } });
  const staff = await hire(url, options);
  const tap_ids = await tapIds(owner);
  const setPour = (change: PourSettings) =>
    query(owner, `UPDATE settings SET value = value || $1::jsonb WHERE key = 'pour'`, [
      JSON.stringify(change),
    ]);
  if (options.pour) await setPour(options.pour);
  for (const role of ['cashier', 'shift_lead'] as const)
    await query(owner, 'INSERT INTO operators (name, role, pin_hash) VALUES ($1, $2, $3)', [
      role,
      role,
      await hashPin(PIN),
    ]);
  const sessions = new Map<Role, Promise<TillClient>>([['engineer', Promise.resolve(staff)]]);
  const taps = new Set<TapProcess>();
  let last: TapProcess | undefined;
  let enrolled: EnrolledDirectory | undefined;
  let nodes = 0;

  const api = async (role: Role): Promise<TillClient> => {
    const session = sessions.get(role) ?? signInAs(url, owner, role);
    sessions.set(role, session);
    return session;
  };
  const atLast = (): TapProcess => {
    if (!last) throw new Error('no tap was started');
    return last;
  };
  const bar: Bar = {
    dataDir,
    url,
    lanPort,
    tap_ids,
    owner,
    server: () => server,
    async restartServer({ fault } = {}) {
      await server.kill9();
      server = await startServer({
        dataDir,
        httpPort: Number(new URL(url).port),
        lanPort,
        faultPoint: fault?.point,
        env: fault?.of === 'postgres' ? { TAPTILL_FAULT_TARGET: pidFilePath(pgData) } : {},
      });
      note(dataDir, server.pid);
      return server;
    },
    killServer: () => server.kill9(),
    postgresPid: () => readPidFile(pgData)?.pid ?? 0,
    killPostgres: () => void process.kill(readPidFile(pgData)?.pid ?? 0, 'SIGKILL'),
    async waitForPostgres(previousPid) {
      const isNew = () => {
        const file = readPidFile(pgData);
        return file?.status === 'ready' && file.pid !== previousPid;
      };
      await waitFor('PostgreSQL runs again', isNew, { hint: () => server.log().slice(-2_000) });
      await waitFor('PostgreSQL answers', () => query(owner, 'SELECT 1'));
    },
    api,
    openVisit: async (visit = {}) =>
      openVisit(await api('cashier'), { balance_minor: options.balance_minor ?? 100_000, ...visit }),
    setPour: async (change) => void (await setPour(change)),
    async enrolNode({ tap_ids: some = tap_ids } = {}) {
      nodes += 1;
      const lead = await api('shift_lead');
      const { code } = await lead.nodes.createEnrolment.mutate({ name: `node ${nodes}`, tap_ids: [...some] });
      const directory = join(dataDir, 'nodes', String(nodes));
      mkdirSync(directory, { recursive: true });
      const node = await enrolByCli({ code, directory, lanPort });
      enrolled ??= node;
      return node;
    },
    async startTap({ node, lanPort: through = lanPort, ...rest } = {}) {
      const { directory } = node ?? enrolled ?? (await bar.enrolNode());
      last = await startTapProcess({ directory, lanPort: through, ...rest });
      note(dataDir, last.pid);
      taps.add(last);
      return last;
    },
    lay: (uid, number) => atLast().lay(uid, number),
    remove: (number) => atLast().remove(number),
    books: () => readBooks(owner),
    visit: (visit_id) => readVisit(owner, visit_id),
    async stop() {
      await Promise.all([...taps].map((tap) => tap.stop()));
      await owner.close();
      await server.stop();
      await endCluster(dataDir);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return bar;
}

/** Settings, first operator, beverages, kegs, taps, an open shift: through the procedures, as a person would. */
async function hire(url: string, options: BarOptions): Promise<TillClient> {
  const price_minor_per_litre = options.price_minor_per_litre ?? 30_000;
  const size_ml = options.keg_ml ?? 50_000;
  const { session } = await tillClient(url).setup.firstRun.mutate({
    bar_name: 'Тест',
    currency: 'RUB',
    time_zone: 'Europe/Moscow',
    language: 'ru',
    age_limit: 18,
    operator_name: 'Инна',
    pin: PIN,
    beverage: { name: 'Пилс', abv_permille: 48, price_minor_per_litre },
    keg_size_ml: size_ml,
    tap_number: 1,
  });
  if (!session) throw new Error('the first run gave no session');
  const api = tillClient(url, { token: session.token });
  await api.shifts.open.mutate({ request_id: randomUUID(), float_minor: 0 });
  const [beverage] = await api.beverages.list.query();
  for (let number = 2; number <= (options.taps ?? 1); number += 1) {
    const { tap_id } = await api.taps.create.mutate({ number });
    const keg = await api.kegs.receive.mutate({
      request_id: randomUUID(),
      beverage_id: beverage?.beverage_id ?? 0,
      size_ml,
    });
    await api.kegs.putOnTap.mutate({ request_id: randomUUID(), tap_id, keg_id: keg.keg_id });
  }
  return api;
}

async function tapIds(owner: Sequelize): Promise<number[]> {
  const taps = await query<{ id: number }>(owner, 'SELECT id FROM taps ORDER BY number');
  return taps.map(({ id }) => id);
}

async function signInAs(url: string, owner: Sequelize, role: Role): Promise<TillClient> {
  const { id } = await queryOne<{ id: number }>(owner, 'SELECT id FROM operators WHERE name = $1', [role]);
  return signIn(url, id);
}

async function openVisit(
  api: TillClient,
  {
    balance_minor,
    uid = `04${randomBytes(6).toString('hex').toUpperCase()}`,
  }: { balance_minor: number; uid?: string },
): Promise<OpenedVisit> {
  await api.cards.addToPool.mutate({ uid });
  const { visit_id } = await api.visits.open.mutate({
    request_id: randomUUID(),
    guest_id: null,
    guest: { name: null, phone: null, age_confirmed: true },
    card_uid: uid,
  });
  if (balance_minor > 0)
    await api.visits.topUp.mutate({
      request_id: randomUUID(),
      visit_id,
      amount_minor: balance_minor,
      method: 'cash',
    });
  return { visit_id, uid };
}

const pidsOf = (dataDir: string): string => join(dataDir, 'pids');
const note = (dataDir: string, pid: number): void => appendFileSync(pidsOf(dataDir), `${pid}\n`);

/** A killed test run calls no teardown: a shell waits for its end and clears up what it left. */
function clearUpAfterThisProcess(dataDir: string): void {
  if (process.platform === 'win32') return;
  const script = `
    while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 1; done
    [ -d "$2" ] || exit 0
    for pid in $(cat "$2/pids"); do grep -q 'main\\.ts' "/proc/$pid/cmdline" 2>/dev/null && kill -9 "$pid"; done
    for file in "$2"/pg/postmaster.pid; do [ -f "$file" ] && kill -INT "$(head -1 "$file")"; done
    sleep 2; rm -rf "$2"`;
  const args = ['-c', script, 'sh', String(process.pid), dataDir];
  spawn('sh', args, { detached: true, stdio: 'ignore' }).unref();
}
