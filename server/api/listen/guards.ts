import type { IncomingMessage, ServerResponse } from 'node:http';

/** The page of the Electron shell; every other page must come from this server itself. */
export const SHELL_ORIGIN = 'app://till';
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost'];
const PREFLIGHT_SECONDS = '600';
const HEADERS_ALLOWED = 'authorization,content-type,x-taptill-till,last-event-id,trpc-accept';

/**
 * The name in `Host` must be loopback's, with this very port: a page whose name was pointed at 127.0.0.1 (DNS rebinding) names
 * itself there.
 */
export function hostIsOwn(req: IncomingMessage): boolean {
  const host = req.headers.host ?? '';
  return LOOPBACK_NAMES.some((name) => host === `${name}:${req.socket.localPort}`);
}

/** Processes send no Origin; a page sends its own, and only two are let in. */
export function originIsAllowed(req: IncomingMessage): boolean {
  const { origin } = req.headers;
  if (origin === undefined) return req.headers['sec-fetch-site'] !== 'cross-site' || req.method === 'GET';
  return origin === SHELL_ORIGIN || origin === `http://${req.headers.host}`;
}

/** The shell's page may read the answers; nobody else needs to be told anything. Returns true when that was all. */
export function answerCors(req: IncomingMessage, res: ServerResponse): boolean {
  res.setHeader('vary', 'origin');
  if (req.headers.origin === SHELL_ORIGIN) {
    res.setHeader('access-control-allow-origin', SHELL_ORIGIN);
    if (req.headers['access-control-request-private-network'] === 'true')
      res.setHeader('access-control-allow-private-network', 'true');
  }
  if (req.method !== 'OPTIONS') return false;
  res.writeHead(204, {
    'access-control-allow-methods': 'GET,POST',
    'access-control-allow-headers': HEADERS_ALLOWED,
    'access-control-max-age': PREFLIGHT_SECONDS,
  });
  res.end();
  return true;
}

export const MAX_BODY_BYTES = 1_000_000;

/** Said in advance it is refused in advance; a body of unknown length is counted while it comes. */
export function bodyIsTooLarge(req: IncomingMessage): boolean {
  return Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES;
}
