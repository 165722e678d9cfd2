import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Language } from '#domain/texts/format';
import type { Clock } from '#tap-node/agent/clock';
import { startState } from '#tap-node/agent/state';
import type { TapState } from '#tap-node/agent/state';
import { guestView } from './view.ts';
import type { GuestView } from './view.ts';

const LOOK_MS = 250;
const PAGE: Readonly<Record<string, string>> = {
  '/page/guest.css': 'text/css; charset=utf-8',
  '/page/guest.js': 'text/javascript; charset=utf-8',
};
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self'; connect-src 'self'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

export type ScreenServerOptions = {
  /** 0: any free one */
  readonly port: number;
  readonly clock: Clock;
  readonly language: Language;
  readonly tap_ids: readonly number[];
  readonly stateOf: (tap_id: number) => TapState | undefined;
  /** shown on every tap's page instead of the tap's state; null: the tap's state */
  readonly instead?: () => GuestView | null;
  /** answers what this server does not know; false: nobody does */
  readonly extra?: (request: IncomingMessage, response: ServerResponse) => boolean;
};

export type ScreenServer = { readonly port: number; changed(tap_id: number): void; close(): Promise<void> };

type Viewer = { readonly tap: string; readonly look: () => void };

/** The guest's page, for a kiosk browser on this very machine and nobody else. */
export async function startScreenServer(options: ScreenServerOptions): Promise<ScreenServer> {
  const viewers = new Set<Viewer>();
  const server = createServer((request, response) => {
    if (!isLocal(request)) return void response.writeHead(403).end();
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const events = /^\/tap\/(\d+)\/events$/.exec(pathname);
    if (events?.[1]) return watch(request, response, events[1]);
    if (options.extra?.(request, response)) return;
    serveFile(response, pathname, options);
  });

  function watch(request: IncomingMessage, response: ServerResponse, tap: string): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (!options.instead?.())
      response.write(`event: away\ndata: ${JSON.stringify(viewOf(options, tap, null))}\n\n`);
    let said = '';
    let said_look = '';
    const send = (only_new_look: boolean): void => {
      const view = viewOf(options, tap, tapIdOf(options, tap));
      const text = JSON.stringify(view);
      if (text === said || (only_new_look && view.look === said_look)) return;
      said = text;
      said_look = view.look;
      response.write(`event: view\ndata: ${text}\n\n`);
    };
    const viewer: Viewer = { tap, look: () => send(true) };
    const timer = setInterval(() => send(false), LOOK_MS);
    viewers.add(viewer);
    send(false);
    request.on('close', () => {
      clearInterval(timer);
      viewers.delete(viewer);
    });
  }

  const port = await listen(server, options.port);
  return {
    port,
    changed(tap_id) {
      for (const viewer of viewers) if (tapIdOf(options, viewer.tap) === tap_id) viewer.look();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The tap that goes by this number at the bar; null until the till has told the numbers. */
function tapIdOf(options: ScreenServerOptions, tap: string): number | null {
  const known = options.tap_ids.find((tap_id) => String(options.stateOf(tap_id)?.config?.tap.number) === tap);
  return known ?? null;
}

function viewOf(options: ScreenServerOptions, tap: string, tap_id: number | null): GuestView {
  const instead = options.instead?.();
  if (instead) return instead;
  const state =
    (tap_id === null ? undefined : options.stateOf(tap_id)) ??
    startState({ tap_id: 0, boot_id: '', unsynced: [], overshoot_ml: 0 });
  return guestView(state, options.clock.monotonic(), { language: options.language, tap });
}

/** A page elsewhere must not read names and balances by pointing its own host name at this machine. */
function isLocal(request: IncomingMessage): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? '');
}

function serveFile(response: ServerResponse, pathname: string, options: ScreenServerOptions): void {
  if (pathname === '/') return sendIndex(response, options);
  if (/^\/tap\/\d{1,2}$/.test(pathname))
    return send(response, pageFile('index.html'), 'text/html; charset=utf-8');
  const type = PAGE[pathname];
  if (type) return send(response, pageFile(pathname.slice('/page/'.length)), type);
  const icon = /^\/page\/icons\/([a-z-]+\.svg)$/.exec(pathname);
  if (icon?.[1]) return send(response, pageFile(`icons/${icon[1]}`), 'image/svg+xml');
  const font = /^\/fonts\/(inter-[a-z-]+-wght-normal\.woff2)$/.exec(pathname);
  if (font?.[1]) return send(response, fontFile(font[1]), 'font/woff2');
  response.writeHead(404).end();
}

/** Until the till has told the numbers. */
const WAIT_FOR_NUMBERS = '<meta http-equiv="refresh" content="2"><p>…</p>';

function sendIndex(response: ServerResponse, options: ScreenServerOptions): void {
  const numbers = options.tap_ids
    .map((tap_id) => options.stateOf(tap_id)?.config?.tap.number)
    .filter((number) => number !== undefined)
    .sort((a, b) => a - b);
  if (options.instead?.()) return void response.writeHead(302, { location: '/tap/0' }).end();
  if (numbers.length === 1) return void response.writeHead(302, { location: `/tap/${numbers[0]}` }).end();
  const links = numbers.map((number) => `<p><a href="/tap/${number}">${number}</a></p>`).join('');
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><meta charset="utf-8"><title>Taptill</title>${links || WAIT_FOR_NUMBERS}`);
}

function send(response: ServerResponse, file: string | null, type: string): void {
  if (!file || !existsSync(file)) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': type });
  createReadStream(file).pipe(response);
}

function pageFile(name: string): string {
  return fileURLToPath(new URL(`./page/${name}`, import.meta.url));
}

function fontFile(name: string): string | null {
  try {
    return createRequire(import.meta.url).resolve(`@fontsource-variable/inter/files/${name}`);
  } catch {
    return null;
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (problem) =>
      reject(
        new Error(
          `The guest screen cannot use port ${port}: choose another with --screen-port. (${problem.message})`,
        ),
      ),
    );
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
