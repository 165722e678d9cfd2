import { _electron, chromium, type Browser, type ElectronApplication, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { electronExecutable } from '#build/electronRuntime';
import { ensureSystemPackages, SYSTEM_PACKAGES } from '#build/systemPackages';
import type { TillBridge } from '#electron/bridge';
import { SERVER_PROGRAM } from '#server/testing/programs';
import { endProcess, openDisplay } from './display.ts';

export const ROOT = join(import.meta.dirname, '../..');

export interface TillOptions {
  /** The test's own; nothing outside it is touched. */
  dataDir: string;
  env?: Record<string, string>;
}

export interface TillServer {
  url: string;
  token: string;
}

export interface ReadyServer {
  url: string;
  lanPort: number;
  tillToken: string;
  stationToken: string;
}

export interface ElectronTillOptions extends TillOptions {
  /** The folder with package.json and `out/`; the checkout unless a test brings its own. */
  appDir?: string;
  /** A packaged till's own binary instead of runtime and folder. */
  executable?: string;
  /** False: do not wait for the server, because the test is about its absence. */
  waitForServer?: boolean;
}

export interface ElectronTill {
  app: ElectronApplication;
  /** Electron's main process. */
  shell: ChildProcess;
  page: Page;
  server: TillServer;
  /** What the shell and its children printed so far. */
  output: () => string;
  close(): Promise<void>;
}

export interface BrowserTill {
  page: Page;
  server: ReadyServer;
  process: ChildProcess;
  output: () => string;
  close(): Promise<void>;
}

/** Chromium as the only user's root needs this; a plain user keeps the sandbox. */
const ROOT_FLAGS = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

const CHROMIUM_FLAGS = [
  ...ROOT_FLAGS,
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The real shell, as a person starts it, on a display of its own. Bundles must have been built before. */
export async function launchElectronTill(options: ElectronTillOptions): Promise<ElectronTill> {
  const executable = options.executable ?? (await electronExecutable({ forTests: true }));
  if (executable === undefined)
    throw new Error('No Electron can be had on this system; set ELECTRON_OVERRIDE_DIST_PATH.');
  const display = await openDisplay();
  const folder = options.executable === undefined ? [options.appDir ?? ROOT] : [];
  let app: ElectronApplication;
  try {
    app = await _electron.launch({
      executablePath: executable,
      args: [...ROOT_FLAGS, '--disable-gpu', ...folder],
      env: { ...ownEnvironment(options), DISPLAY: display.name, TAPTILL_DIALOGS: '0' },
    });
  } catch (error) {
    await display.close();
    throw error;
  }
  const shell = app.process();
  const output = collect(shell);
  const close = async (): Promise<void> => {
    await app.close().catch(() => undefined);
    await endProcess(shell);
    await display.close();
  };
  try {
    const page = await app.firstWindow();
    const server = options.waitForServer === false ? { url: '', token: '' } : await serverOf(page);
    return { app, shell, page, server, output, close };
  } catch (error) {
    await close();
    throw new Error(`The till did not come up. It said:\n${output()}`, { cause: error });
  }
}

/** Of a till's usual screen. */
export const VIEWPORT = { width: 1366, height: 768 };

/** Debian's Chromium. */
export async function launchBrowser(): Promise<Browser> {
  await ensureSystemPackages(SYSTEM_PACKAGES.chromium, 'the browser tests');
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM_FLAGS });
}

/** The server alone, and the same page in Chromium. */
export async function launchBrowserTill(options: TillOptions): Promise<BrowserTill> {
  const { process: server, ready, output } = await launchServer(options);
  const browser = await launchBrowser().catch(async (error: unknown) => {
    await endProcess(server);
    throw error;
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await endProcess(server, 10_000);
  };
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.goto(ready.url);
    return { page, server: ready, process: server, output, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface HeadlessServer {
  process: ChildProcess;
  ready: ReadyServer;
  output: () => string;
}

/** `server/main.ts` as a plain process; resolves when it says that it is ready. */
export async function launchServer(options: TillOptions): Promise<HeadlessServer> {
  const server = spawn(process.execPath, [SERVER_PROGRAM], {
    cwd: ROOT,
    env: { ...ownEnvironment(options), TAPTILL_READY_JSON: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(server);
  try {
    return { process: server, ready: await readyLine(server), output };
  } catch (error) {
    await endProcess(server);
    throw new Error(`The server did not become ready. It said:\n${output()}`, { cause: error });
  }
}

function readyLine(server: ChildProcess): Promise<ReadyServer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no ready message within 90 s')), 90_000);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      act();
    };
    server.once('error', (error) => settle(() => reject(error)));
    server.once('exit', (code) => settle(() => reject(new Error(`the server ended with ${code}`))));
    createInterface({ input: server.stdout! }).on('line', (line) => {
      const message = parse(line);
      if (message?.type === 'ready') settle(() => resolve(message));
      if (message?.type === 'failed') settle(() => reject(new Error(message.message)));
    });
  });
}

type ServerLine = ({ type: 'ready' } & ReadyServer) | { type: 'failed'; message: string };

function parse(line: string): ServerLine | undefined {
  try {
    return JSON.parse(line) as ServerLine;
  } catch {
    return undefined;
  }
}

async function serverOf(page: Page): Promise<TillServer> {
  const found = await page.waitForFunction(
    () =>
      new Promise<TillServer | null>((resolve) => {
        const { till } = window as unknown as { till: TillBridge };
        till.onServerChanged((server) => server && resolve(server));
      }),
    undefined,
    { timeout: 90_000 },
  );
  return (await found.jsonValue())!;
}

/** Nothing of the surroundings that could lead to other data; what Electron's launcher leaves behind neither. */
function ownEnvironment(options: TillOptions): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(TAPTILL_|FF_|DATABASE_|ELECTRON_RUN_AS_NODE)/.test(entry[0]),
  );
  const anyPort = { TAPTILL_HTTP_PORT: '0', TAPTILL_LAN_PORT: '0' };
  return { ...Object.fromEntries(kept), ...anyPort, ...options.env, TAPTILL_DATA_DIR: options.dataDir };
}

function collect(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-200_000)));
  }
  return () => said;
}
