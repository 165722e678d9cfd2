import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from '#build/bundle';
import { electronExecutable } from '#build/electronRuntime';
import { ROOT } from './run.ts';

export interface OpenTill {
  /** http://127.0.0.1:port of the till's server */
  url: string;
  lanPort: number;
  /** true: a window of the shell shows the till; false: a browser may */
  window: boolean;
  /** resolves when the till was closed */
  closed: Promise<number>;
  close(): void;
}

export interface TillOptions {
  dataDir?: string;
  httpPort: number;
  lanPort: number;
  /** false: the server shows no page, which may not be bundled yet */
  page?: boolean;
}

/**
 * Opens the till: the Electron window where there is a display and an Electron, otherwise the server alone for a browser
 * on this computer. Resolves when the server answers.
 * @throws Error with the server's own sentence when it cannot start
 */
export async function openTill(options: TillOptions): Promise<OpenTill> {
  const electron = hasDisplay() ? await findElectron() : undefined;
  await bundle(electron ? ['electron', 'server', 'station', 'renderer'] : ['renderer']);
  return electron ? openWindow(electron, environment(options), options) : openServer(options);
}

function environment(options: TillOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...(options.dataDir ? { TAPTILL_DATA_DIR: options.dataDir } : {}),
    TAPTILL_HTTP_PORT: String(options.httpPort),
    TAPTILL_LAN_PORT: String(options.lanPort),
    TAPTILL_MIGRATIONS_DIR: path.join(ROOT, 'migrations'),
    ...(options.page === false ? {} : { TAPTILL_RENDERER_DIR: path.join(ROOT, 'out', 'renderer') }),
    TAPTILL_READY_JSON: '1',
  };
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** The shell of the `electron` package is fetched by its own installer at first use; without a way to fetch it the browser serves. */
async function findElectron(): Promise<string | undefined> {
  const present = await electronExecutable({ forTests: false });
  if (present) return present;
  console.log('Fetching the Electron runtime (once)…');
  const installer = createRequire(import.meta.url).resolve('electron/install.js');
  spawnSync(process.execPath, [installer], { stdio: 'ignore', timeout: 300_000 });
  return electronExecutable({ forTests: false });
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function openWindow(electron: string, env: NodeJS.ProcessEnv, options: TillOptions): Promise<OpenTill> {
  const child = spawn(electron, [...(isRoot() ? ['--no-sandbox'] : []), ROOT], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const url = `http://127.0.0.1:${options.httpPort}`;
  const closed = exited(child);
  await Promise.race([
    answers(url),
    closed.then((code) =>
      Promise.reject(new Error(`The till's window closed before it was ready (exit code ${code}).`)),
    ),
  ]);
  return { url, lanPort: options.lanPort, window: true, closed, close: () => child.kill('SIGTERM') };
}

type Ready =
  { type: 'ready'; url: string; lanPort: number; stationToken: string } | { type: 'failed'; message: string };

/** The server and the reader's process without a window. */
export async function openServer(options: TillOptions): Promise<OpenTill> {
  const env = environment(options);
  const child = spawn(process.execPath, [path.join(ROOT, 'server/main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: ROOT,
  });
  const closed = exited(child);
  const ready = await Promise.race([
    readyLine(child),
    closed.then((code): Ready => ({
      type: 'failed',
      message: `The server ended before it was ready (exit code ${code}).`,
    })),
  ]);
  if (ready.type === 'failed') throw new Error(ready.message);
  const station = spawn(process.execPath, [path.join(ROOT, 'electron/station/main.ts')], {
    cwd: ROOT,
    stdio: 'ignore',
    env: { ...process.env, TAPTILL_SERVER_URL: ready.url, TAPTILL_STATION_TOKEN: ready.stationToken },
  });
  void closed.then(() => station.kill());
  return {
    url: ready.url,
    lanPort: ready.lanPort,
    window: false,
    closed,
    close: () => child.kill('SIGTERM'),
  };
}

function readyLine(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve) => {
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"type":"ready"') || line.startsWith('{"type":"failed"'))
        resolve(JSON.parse(line) as Ready);
    });
  });
}

function exited(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGTERM' ? 0 : 1)));
    child.once('error', () => resolve(127));
  });
}

async function answers(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
