import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Sequelize } from 'sequelize';
import type { Role } from '#domain/staff/roles';
import { startCluster } from '#server/db/cluster';
import { openDatabase } from '#server/db/database';
import { pidFilePath, readPidFile } from '#server/db/embedded/postmasterPid';
import { query } from '#server/db/query';
import type { TillClient } from '#server/testing/clients';
import { endCluster, startServer, type TestServer } from '#server/testing/startServer';
import { temporaryDirectory } from '#server/testing/temporaryCluster';
import { readBooks, readVisit, type Books, type VisitBooks } from './books.ts';
import { changePourSettings, furnish, hire, openVisit } from './furnish.ts';
import type { Furniture, OpenedVisit, PourSettings } from './furnish.ts';
import { clearUpAfterThisProcess, noteProcess } from './leftovers.ts';
import { enrolByCli, startTapProcess } from './tapProcess.ts';
import type { EnrolledDirectory, TapProcess, Where } from './tapProcess.ts';
import { waitFor } from './waitFor.ts';

export type { OpenedVisit, PourSettings } from './furnish.ts';

export interface BarOptions extends Furniture {
  /** what a guest tops up unless `openVisit` says otherwise */
  readonly balance_minor?: number;
  /** changes of the settings of pouring: leases, caps, grace */
  readonly pour?: PourSettings;
  /** the network that the till is in; this machine's loopback unless said */
  readonly till?: Where;
}

export interface Fault {
  /** `authorise.before_commit`, `settle.after_commit:2`, … */
  readonly point: string;
  /** whose death it is; the server's own unless said */
  readonly of?: 'server' | 'postgres';
}

export interface StartTap {
  readonly node?: EnrolledDirectory;
  /** a proxy's; the till's own unless said */
  readonly lanPort?: number;
  readonly faultPoint?: string;
  readonly seed?: number;
  readonly noisy?: boolean;
}

/** A shift is open, nobody is here yet. What fails half-way leaves no process behind. */
export async function startBar(options: BarOptions = {}): Promise<Bar> {
  const dataDir = temporaryDirectory();
  clearUpAfterThisProcess(dataDir);
  const server = await startServer({
    dataDir,
    ...(options.till && { httpPort: await options.till.place.openDoor(), ...inNetwork(options.till) }),
  });
  noteProcess(dataDir, server.pid);
  try {
    const engineer = await furnish(server.url, options);
    const { ownerUrl, pgData } = await startCluster({ dataDir });
    const owner = openDatabase({ url: ownerUrl, pool: { max: 2 } });
    if (options.pour) await changePourSettings(owner, options.pour);
    const taps = await query<{ id: number }>(owner, 'SELECT id FROM taps ORDER BY number');
    const tap_ids = taps.map(({ id }) => id);
    const { balance_minor, till } = options;
    return new Bar({ server, owner, pgData, engineer, tap_ids, balance_minor, till });
  } catch (error) {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
    throw new Error(`The bar was not opened. Its server said:\n${server.log()}`, { cause: error });
  }
}

const inNetwork = (till: Where) => ({
  behind: till.place.command,
  env: { TAPTILL_LAN_HOST: till.till_host, TAPTILL_MDNS: 'off' },
});

interface Opened {
  readonly server: TestServer;
  readonly owner: Sequelize;
  readonly pgData: string;
  readonly engineer: TillClient;
  readonly tap_ids: readonly number[];
  readonly balance_minor: number | undefined;
  readonly till: Where | undefined;
}

/** A bar of real processes: a server with its own PostgreSQL in a temporary directory, taps that speak to it over TLS. */
export class Bar {
  readonly dataDir: string;
  readonly url: string;
  readonly lanPort: number;
  /** By number of the tap, 1 first. */
  readonly tap_ids: readonly number[];
  /** As the owner of the tables: reads everything, and changes settings. Survives restarts of PostgreSQL. */
  readonly owner: Sequelize;
  readonly #pgData: string;
  readonly #balance_minor: number;
  readonly #sessions: Map<Role, Promise<TillClient>>;
  readonly #taps: TapProcess[] = [];
  readonly #nodes: EnrolledDirectory[] = [];
  readonly #till: Where | undefined;
  #server: TestServer;

  constructor(opened: Opened) {
    const { server, owner, pgData, engineer, tap_ids, balance_minor = 100_000 } = opened;
    this.#till = opened.till;
    this.dataDir = server.dataDir;
    this.url = server.url;
    this.lanPort = server.lanPort;
    this.tap_ids = tap_ids;
    this.owner = owner;
    this.#pgData = pgData;
    this.#balance_minor = balance_minor;
    this.#sessions = new Map([['engineer', Promise.resolve(engineer)]]);
    this.#server = server;
  }

  /** The one that runs, or the last one that ran. */
  server(): TestServer {
    return this.#server;
  }

  /** The same data directory and ports again; a running server is killed before. PostgreSQL is adopted where it survived. */
  async restartServer({ fault }: { fault?: Fault } = {}): Promise<TestServer> {
    await this.#server.kill9();
    const network = this.#till && inNetwork(this.#till);
    this.#server = await startServer({
      dataDir: this.dataDir,
      httpPort: Number(new URL(this.url).port),
      lanPort: this.lanPort,
      faultPoint: fault?.point,
      ...network,
      env: {
        ...network?.env,
        ...(fault?.of === 'postgres' && { TAPTILL_FAULT_TARGET: pidFilePath(this.#pgData) }),
      },
    });
    noteProcess(this.dataDir, this.#server.pid);
    return this.#server;
  }

  killServer(): Promise<void> {
    return this.#server.kill9();
  }

  postgresPid(): number {
    const file = readPidFile(this.#pgData);
    if (!file) throw new Error('PostgreSQL does not run');
    return file.pid;
  }

  /** Kills the postmaster; the supervisor of the server brings it back. */
  killPostgres(): void {
    process.kill(this.postgresPid(), 'SIGKILL');
  }

  /** Another PostgreSQL than that one runs and answers. */
  async waitForPostgres(previousPid: number): Promise<void> {
    const isNew = () => {
      const file = readPidFile(this.#pgData);
      return file?.status === 'ready' && file.pid !== previousPid;
    };
    await waitFor('PostgreSQL runs again', isNew, { hint: () => this.#server.log().slice(-2_000) });
    await waitFor('PostgreSQL answers', () => query(this.owner, 'SELECT 1'));
  }

  /** Signed in; sessions outlive the server. */
  api(role: Role): Promise<TillClient> {
    const session = this.#sessions.get(role) ?? hire(this, role);
    this.#sessions.set(role, session);
    return session;
  }

  async openVisit(guest: { balance_minor?: number; uid?: string } = {}): Promise<OpenedVisit> {
    return openVisit(await this.api('cashier'), { balance_minor: this.#balance_minor, ...guest });
  }

  /** Before the tap starts: a node hears of it when it says hello. */
  setPour(change: PourSettings): Promise<void> {
    return changePourSettings(this.owner, change);
  }

  async enrolNode(options: { tap_ids?: readonly number[]; where?: Where } = {}): Promise<EnrolledDirectory> {
    const name = `node ${this.#nodes.length + 1}`;
    const tap_ids = [...(options.tap_ids ?? this.tap_ids)];
    const { code } = await (await this.api('shift_lead')).nodes.createEnrolment.mutate({ name, tap_ids });
    const directory = join(this.dataDir, 'nodes', name.replace(' ', '-'));
    mkdirSync(directory, { recursive: true });
    const { where } = options;
    const node = await enrolByCli({ code, directory, lanPort: this.lanPort, ...(where && { where }) });
    this.#nodes.push(node);
    return node;
  }

  /** The node that was enrolled first unless one is given; one for all taps is enrolled where none is there. */
  async startTap({ node, lanPort = this.lanPort, ...rest }: StartTap = {}): Promise<TapProcess> {
    const { directory, where } = node ?? this.#nodes[0] ?? (await this.enrolNode());
    const tap = await startTapProcess({ directory, lanPort, ...(where && { where }), ...rest });
    noteProcess(this.dataDir, tap.pid);
    this.#taps.push(tap);
    return tap;
  }

  /** At the tap process started last. */
  lay(uid: string, number?: number): Promise<void> {
    return this.#lastTap().lay(uid, number);
  }

  remove(number?: number): Promise<void> {
    return this.#lastTap().remove(number);
  }

  #lastTap(): TapProcess {
    const tap = this.#taps.at(-1);
    if (!tap) throw new Error('no tap was started');
    return tap;
  }

  books(): Promise<Books> {
    return readBooks(this.owner);
  }

  visit(visit_id: number): Promise<VisitBooks> {
    return readVisit(this.owner, visit_id);
  }

  /** Ends every process of this bar and removes its files. */
  async stop(): Promise<void> {
    await Promise.all(this.#taps.map((tap) => tap.stop()));
    await this.owner.close();
    await this.#server.stop();
    await endCluster(this.dataDir);
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
