import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import type { App } from '#server/api/app';
import { lanContext } from '#server/api/context';
import { reportUnexpected } from '#server/api/errors';
import { lanRouter } from '#server/api/lanRouter';
import { bodyIsTooLarge, MAX_BODY_BYTES } from './guards.ts';
import { endUnread, open, type Listener } from './loopback.ts';
import { refuse, refuseRaw } from './problemAnswer.ts';

/** A bar has tens of nodes; strangers share what these leave over. */
const SOCKETS_AT_MOST = 500;
const STRANGERS_AT_MOST = 50;
const HANDSHAKES_AT_MOST = 64;
const HANDSHAKE_MS = 5_000;

/**
 * The only port reachable from outside. A client without a certificate gets through the handshake, because it may be a node
 * that is being enrolled; what it may call is decided per request.
 */
export async function listenLan(app: App, options: { port: number; host?: string }): Promise<Listener> {
  const { authority } = app;
  const trpc = createHTTPHandler({
    router: lanRouter,
    basePath: '/',
    maxBodySize: MAX_BODY_BYTES,
    allowBatching: false,
    createContext: ({ req }) => lanContext(app, req),
    onError: ({ error, path }) => reportUnexpected(error, (cause) => app.report(cause, path ?? 'request')),
  });
  const server = createServer(
    {
      key: authority.server.key,
      cert: authority.server.certificate,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
      handshakeTimeout: HANDSHAKE_MS,
      headersTimeout: 5_000,
      requestTimeout: 15_000,
      keepAliveTimeout: 30_000,
      connectionsCheckingInterval: 2_000,
    },
    (req, res) => {
      if (bodyIsTooLarge(req)) return refuse(res, 413, 'request.too_large');
      endUnread(req, res);
      trpc(req, res);
    },
  );
  server.maxConnections = SOCKETS_AT_MOST;
  server.on('clientError', (error, socket) => refuseRaw(socket, error));
  server.on('tlsClientError', () => undefined);
  limitStrangers(server);
  return open(server, options.port, options.host);
}

/**
 * Handshakes cost the till more than the caller: so many at once, and so many callers without a certificate. The oldest gives
 * way, because an honest one is done in milliseconds.
 */
function limitStrangers(server: ReturnType<typeof createServer>): void {
  const shaking = new Map<string, Socket>();
  const strangers = new Map<string, Socket>();
  const enter = (crowd: Map<string, Socket>, socket: Socket, atMost: number): void => {
    const key = addressOf(socket);
    crowd.set(key, socket);
    socket.once('close', () => crowd.get(key) === socket && crowd.delete(key));
    const [oldest] = crowd.size > atMost ? crowd.values() : [];
    oldest?.destroy();
  };
  server.on('connection', (socket: Socket) => enter(shaking, socket, HANDSHAKES_AT_MOST));
  server.on('secureConnection', (socket: TLSSocket) => {
    shaking.delete(addressOf(socket));
    if (!socket.authorized) enter(strangers, socket, STRANGERS_AT_MOST);
  });
}

/** Names a connection, the TLS socket and the one below it alike. */
const addressOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress}|${remotePort}`;
