import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { App } from '#server/api/app';
import { spkiSha256 } from '#server/security/authority';
import { sameSecret } from '#server/security/secrets';

/** A request on the loopback port, as its headers say; an operator is looked up only where one is needed. */
export interface TillContext {
  readonly app: App;
  /** carries the token that the shell gave its window */
  readonly window: boolean;
  /** carries the token of the card reader's process */
  readonly station: boolean;
  readonly bearer: string | undefined;
}

/** A request on the LAN port. The node is known by its certificate alone, never by what it says. */
export interface LanContext {
  readonly app: App;
  readonly address: string;
  readonly socket: Socket;
  /** of a certificate of this till's authority, proved by the handshake */
  readonly spki: string | undefined;
  /** shows a certificate that is not of this authority */
  readonly foreign: boolean;
}

const WINDOW_HEADER = 'x-taptill-till';

export function tillContext(app: App, req: IncomingMessage): TillContext {
  const bearer = /^Bearer ([\w-]{20,100})$/.exec(req.headers.authorization ?? '')?.[1];
  const window = req.headers[WINDOW_HEADER];
  return {
    app,
    bearer,
    window: typeof window === 'string' && sameSecret(window, app.tokens.till),
    station: sameSecret(bearer, app.tokens.station),
  };
}

export function lanContext(app: App, { socket }: IncomingMessage): LanContext {
  return {
    app,
    socket,
    address: socket.remoteAddress ?? '',
    spki: provenSpki(socket),
    foreign: isForeign(socket),
  };
}

function isForeign(socket: Socket): boolean {
  return (
    socket instanceof TLSSocket && !socket.authorized && Buffer.isBuffer(socket.getPeerCertificate().raw)
  );
}

const proven = new WeakMap<Socket, string | undefined>();

function provenSpki(socket: Socket): string | undefined {
  if (!proven.has(socket)) proven.set(socket, readSpki(socket));
  return proven.get(socket);
}

function readSpki(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { raw } = socket.getPeerCertificate();
  return Buffer.isBuffer(raw) ? spkiSha256(new X509Certificate(raw)) : undefined;
}
