import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { ErrorCode } from '#domain/errors';
import { TRPC_CODES } from '#server/api/errors';

/** An answer from before the router, in the shape that tRPC clients read errors from. */
function body(code: ErrorCode, httpStatus: number): string {
  const key = TRPC_CODES[code];
  const taptill = { code, params: {} };
  const data = { code: key, httpStatus, taptill };
  return JSON.stringify({ error: { message: code, code: TRPC_ERROR_CODES_BY_KEY[key], data } });
}

/** The connection is not kept: what the client still sends is not read. */
export function refuse(res: ServerResponse, status: number, code: ErrorCode): void {
  const text = body(code, status);
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  res.end(text, () => {
    if (!res.req.complete) res.req.destroy();
  });
}

/** What could not even be parsed as HTTP, or did not come in time. Of a handshake that failed nothing can be answered. */
export function refuseRaw(socket: Duplex, error: NodeJS.ErrnoException): void {
  const kind = RAW[error.code ?? ''] ?? (error.code?.startsWith('HPE_') ? RAW['HPE'] : undefined);
  if (!kind || !socket.writable) return void socket.destroy();
  const [status, words, code] = kind;
  const text = body(code, status);
  const head = `HTTP/1.1 ${status} ${words}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n`;
  socket.end(head + text, () => socket.destroy());
}

const RAW: Record<string, readonly [number, string, ErrorCode]> = {
  HPE: [400, 'Bad Request', 'input.invalid'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'request.too_large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'input.invalid'],
};
