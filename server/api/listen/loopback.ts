import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import type { App } from '#server/api/app';
import { tillContext } from '#server/api/context';
import { reportUnexpected } from '#server/api/errors';
import { tillRouter } from '#server/api/tillRouter';
import { answerCors, bodyIsTooLarge, hostIsOwn, MAX_BODY_BYTES, originIsAllowed } from './guards.ts';
import { refuse, refuseRaw } from './problemAnswer.ts';
import { staticFiles } from './staticFiles.ts';

export interface Listener {
  readonly port: number;
  /** Accepts nothing more, lets answers finish for a moment, then ends every connection and subscription. */
  close(): Promise<void>;
}

const TRPC = '/trpc/';
const MAX_BATCH = 20;

/** For the till's window, the browsers and the card reader of this machine: 127.0.0.1 and nothing else. */
export async function listenLoopback(
  app: App,
  options: { port: number; rendererDir?: string },
): Promise<Listener> {
  const files = staticFiles(options.rendererDir);
  const trpc = createHTTPHandler({
    router: tillRouter,
    basePath: TRPC,
    maxBodySize: MAX_BODY_BYTES,
    maxBatchSize: MAX_BATCH,
    allowMethodOverride: true,
    responseMeta: () => ({ headers: new Headers({ vary: 'origin' }) }),
    createContext: ({ req }) => tillContext(app, req),
    onError: ({ error, path }) => reportUnexpected(error, (cause) => app.report(cause, path ?? 'request')),
  });
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 30_000 },
    (req, res) => {
      if (!hostIsOwn(req) || !originIsAllowed(req)) return refuse(res, 403, 'request.foreign');
      if (answerCors(req, res)) return;
      if (!req.url?.startsWith(TRPC)) return void files(req, res);
      if (bodyIsTooLarge(req)) return refuse(res, 413, 'request.too_large');
      endUnread(req, res);
      trpc(nullIfEmpty(req), res);
    },
  );
  server.on('clientError', (error, socket) => refuseRaw(socket, error));
  return open(server, options.port, '127.0.0.1');
}

/** A command that is asked nothing comes without a body, which is no JSON: the adapter takes `body` for one that was read. */
function nullIfEmpty(req: IncomingMessage): IncomingMessage {
  return req.headers['content-length'] === '0' ? Object.assign(req, { body: 'null' }) : req;
}

/** What is left of a body after the answer is read away, so that the connection may be used again; too much of it is not. */
export function endUnread(req: IncomingMessage, res: ServerResponse): void {
  res.once('finish', () => {
    if (req.complete) return;
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) req.destroy();
    });
    req.resume();
  });
}

const ENDING_MS = 500;

export async function open(server: Server, port: number, host?: string): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port)));
    server.listen({ port, host }, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        const end = (): void => {
          for (const socket of sockets) socket.destroy();
        };
        const timer = setTimeout(end, ENDING_MS);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new Error(
    `Port ${port} is taken, perhaps by a Taptill that already runs: end it, or choose another port with TAPTILL_HTTP_PORT or TAPTILL_LAN_PORT.`,
  );
}
