import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startCluster } from '../db/cluster.ts';
import { SERVER_PROGRAM } from './programs.ts';
import { temporaryDirectory } from './temporaryCluster.ts';

export interface StartOptions {
  /** Another database than an embedded one: as the app's role. */
  readonly databaseUrl?: string;
  readonly ownerUrl?: string;
  /** Kept at the end when it is given; else a directory of its own that `stop` removes. */
  readonly dataDir?: string;
  readonly httpPort?: number;
  readonly lanPort?: number;
  /** `authorise.before_commit`, `settle.after_commit:3`, … : where the process stops dead */
  readonly faultPoint?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** put before its command line: `nsenter …` */
  readonly behind?: readonly string[];
}

export interface TestServer {
  readonly url: string;
  readonly lanPort: number;
  readonly tillToken: string;
  readonly stationToken: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Resolves when the process has ended, whoever ended it. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** What it wrote to stderr: its log. */
  readonly log: () => string;
  /** As a power cut of this process; an embedded PostgreSQL goes on. */
  kill9(): Promise<void>;
  /** SIGTERM and the orderly end; removes the data directory unless it was given. */
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_MS = 90_000;
const STOP_MS = 10_000;

type Ready = Pick<TestServer, 'url' | 'lanPort' | 'tillToken' | 'stationToken'>;

/** The real server in a process of its own, on ports that are free. */
export async function startServer(options: StartOptions = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? temporaryDirectory();
  const [program, ...args] = [...(options.behind ?? []), process.execPath, SERVER_PROGRAM];
  const child = spawn(program, args, {
    cwd: ROOT,
    env: environment(options, dataDir),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithThisProcess(child);
  let log = '';
  child.stderr.on('data', (text: Buffer) => (log += text.toString()));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const clear = async (): Promise<void> => {
    if (options.dataDir) return;
    if (!options.databaseUrl) await endCluster(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  };
  const ready = await readyMessage(child).catch(async (error: Error) => {
    child.kill('SIGKILL');
    await clear();
    throw new Error(`${error.message}\n${log}`, { cause: error });
  });
  return {
    ...ready,
    dataDir,
    pid: child.pid ?? 0,
    exited,
    log: () => log,
    async kill9() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exited;
      clearTimeout(timer);
      await clear();
    },
  };
}

/** The PostgreSQL that a killed server left running in its data directory. */
export async function endCluster(dataDir: string): Promise<void> {
  const cluster = await startCluster({ dataDir }).catch(() => undefined);
  await cluster?.stop();
}

function environment(options: StartOptions, dataDir: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(TAPTILL_|FF_|DATABASE_)/.test(name));
  return {
    ...Object.fromEntries(kept),
    TAPTILL_DATA_DIR: dataDir,
    TAPTILL_MIGRATIONS_DIR: join(ROOT, 'migrations'),
    TAPTILL_HTTP_PORT: String(options.httpPort ?? 0),
    TAPTILL_LAN_PORT: String(options.lanPort ?? 0),
    TAPTILL_LAN_HOST: '127.0.0.1',
    TAPTILL_READY_JSON: '1',
    TAPTILL_TEST_BUILD: '1',
    ...(options.databaseUrl && { DATABASE_URL: options.databaseUrl }),
    ...(options.ownerUrl && { DATABASE_OWNER_URL: options.ownerUrl }),
    ...(options.faultPoint && { TAPTILL_FAULT_POINT: options.faultPoint }),
    ...options.env,
  };
}

function readyMessage(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The server was not ready after ${READY_MS} ms.`)),
      READY_MS,
    );
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      act();
    };
    child.once('exit', (code) =>
      settle(() => reject(new Error(`The server ended with ${code} before it was ready.`))),
    );
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const message = JSON.parse(line) as ({ type: 'ready' } & Ready) | { type: 'failed'; message: string };
      settle(() => (message.type === 'ready' ? resolve(message) : reject(new Error(message.message))));
    });
  });
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function endWithThisProcess(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
}
