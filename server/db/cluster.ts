import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DATABASE, prepareRoles, ROLES, type Passwords } from './embedded/bootstrap.ts';
import { freePort } from './embedded/freePort.ts';
import { assertMajor, createIfMissing } from './embedded/initdb.ts';
import { pruneLogs } from './embedded/logs.ts';
import { findRunning, launch, stopPostmaster } from './embedded/postmaster.ts';
import { isAlive, readPidFile } from './embedded/postmasterPid.ts';
import { choosePlace, type Place, type RunAs } from './embedded/runAs.ts';
import type { Listen } from './embedded/settings.ts';
import { socketDirectory } from './embedded/socketDir.ts';
import { withStartLock } from './embedded/startLock.ts';

/** A running PostgreSQL of this bar. The URLs stay the same over restarts. */
export interface Cluster {
  /** Owns database and tables: for migrations only. */
  readonly ownerUrl: string;
  /** What the server works as: neither ownership nor TRUNCATE. */
  readonly appUrl: string;
  /** Superuser on the maintenance database: roles, template databases, backup. Never for the server's work. */
  readonly adminUrl: string;
  readonly socketDir?: string;
  readonly port: number;
  readonly pid: number;
  /** Where the cluster's files are; outside the data directory when root runs it as a user of its own. */
  readonly pgData: string;
  readonly runAs: RunAs;
  readonly started: 'created' | 'adopted' | 'restarted';
  /** Called once when the postmaster has ended, whoever ended it. Returns a function that unsubscribes. */
  readonly onExit: (callback: () => void) => () => void;
  readonly stop: () => Promise<void>;
}

export interface ClusterOptions {
  readonly dataDir: string;
  /** Folder of initdb, pg_ctl and postgres; without it, the platform's npm package. */
  readonly binDir?: string;
  readonly log?: (message: string) => void;
  readonly runAs?: RunAs;
  /** `tcp` is Windows' way; everywhere else a socket that only this user reaches. */
  readonly transport?: 'socket' | 'tcp';
  readonly systemDir?: string;
}

/** Creates, adopts or starts the cluster of this data directory and returns when it accepts connections. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const dataDir = resolve(options.dataDir);
  makeDataDirectory(dataDir);
  const place = await choosePlace({ ...options, dataDir });
  return withStartLock(join(place.home, 'cluster.lock'), async () => {
    const tcp = (options.transport ?? (process.platform === 'win32' ? 'tcp' : 'socket')) === 'tcp';
    const passwords = tcp ? passwordsOf(dataDir) : undefined;
    const created = await createIfMissing(place, passwords);
    assertMajor(place);
    const running = await adopt(place, passwords);
    if (running) {
      options.log?.(`PostgreSQL adopted (process ${running.pid})`);
      return running;
    }
    const pid = await launch(place, tcp ? await tcpAddress(dataDir) : socketAddress(place));
    const cluster = describe(place, { pid, started: created ? 'created' : 'restarted', passwords });
    options.log?.(`PostgreSQL ${cluster.started} (process ${pid})`);
    await prepareRoles(cluster.adminUrl, passwords);
    return cluster;
  });
}

/** Adopted is what answers: a postmaster that is just being killed still looks alive for a moment. */
async function adopt(place: Place, passwords?: Passwords): Promise<Cluster | undefined> {
  for (;;) {
    const pid = await findRunning(place);
    if (pid === undefined) return undefined;
    try {
      const cluster = describe(place, { pid, started: 'adopted', passwords });
      await prepareRoles(cluster.adminUrl, passwords);
      return cluster;
    } catch (error) {
      await pause(100);
      if ((await findRunning(place)) === pid) throw error;
    }
  }
}

function makeDataDirectory(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new Error(`The data directory ${dataDir} cannot be made: choose another with TAPTILL_DATA_DIR.`, {
      cause,
    });
  }
}

const socketAddress = (place: Place): Listen => ({ kind: 'socket', dir: socketDirectory(place), port: 5432 });

/** The port of the last start where it is free, so that the URLs survive a restart. */
async function tcpAddress(dataDir: string): Promise<Listen> {
  const file = join(dataDir, 'keys', 'postgres.port');
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  const port = await freePort(last).catch(() => freePort(0));
  writeFileSync(file, String(port), { mode: 0o600 });
  return { kind: 'tcp', port };
}

function passwordsOf(dataDir: string): Passwords {
  const dir = join(dataDir, 'keys');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'postgres.json');
  if (!existsSync(file)) {
    const password = (): string => randomBytes(24).toString('base64url');
    const made: Passwords = { admin: password(), owner: password(), app: password() };
    writeFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  }
  chmodSync(file, 0o600);
  return JSON.parse(readFileSync(file, 'utf8')) as Passwords;
}

interface Running {
  readonly pid: number;
  readonly started: Cluster['started'];
  readonly passwords?: Passwords;
}

function describe(place: Place, { pid, started, passwords }: Running): Cluster {
  const file = readPidFile(place.pgData);
  if (!file)
    throw new Error(`PostgreSQL ended as soon as it had started: look into ${join(place.pgData, 'log')}.`);
  const url = (role: keyof typeof ROLES, database: string): string => {
    const user = passwords ? `${ROLES[role]}:${passwords[role]}` : ROLES[role];
    const address = file.socketDir
      ? `localhost/${database}?host=${encodeURIComponent(file.socketDir)}`
      : `127.0.0.1:${file.port}/${database}`;
    return `postgres://${user}@${address}`;
  };
  return {
    ownerUrl: url('owner', DATABASE),
    appUrl: url('app', DATABASE),
    adminUrl: url('admin', 'postgres'),
    socketDir: file.socketDir || undefined,
    port: file.port,
    pid,
    pgData: place.pgData,
    runAs: place.runAs,
    started,
    onExit: (callback) => watch(place, pid, callback),
    stop: () => stopPostmaster(place, pid),
  };
}

const LOOK_EVERY_MS = 200;
const PRUNE_EVERY_LOOKS = (60 * 60 * 1000) / LOOK_EVERY_MS;

/** An adopted postmaster is nobody's child here, so its end is seen by looking, for every cluster alike. */
function watch(place: Place, pid: number, callback: () => void): () => void {
  let looks = 0;
  const timer = setInterval(() => {
    looks += 1;
    if (looks % PRUNE_EVERY_LOOKS === 0) pruneLogs(place);
    if (isAlive(pid)) return;
    clearInterval(timer);
    callback();
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
