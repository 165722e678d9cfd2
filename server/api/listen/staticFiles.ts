import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

/** Only what this server itself gives; Mantine puts its sizes into style attributes. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SECURITY = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** The built renderer. A path without an extension is one of its screens and gets the page. */
export function staticFiles(dir: string | undefined) {
  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const file =
      dir === undefined || !['GET', 'HEAD'].includes(req.method ?? '')
        ? undefined
        : fileOf(dir, req.url ?? '/');
    const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
    if (file === undefined || !found?.isFile()) {
      res.writeHead(404, { ...SECURITY, 'content-type': 'text/plain; charset=utf-8' });
      res.end('There is no such page here. The till is at /.\n');
      return;
    }
    const immutable = /[.-][\w-]{8,}\.\w+$/.test(file) && !file.endsWith('.html');
    res.writeHead(200, {
      ...SECURITY,
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': found.size,
      'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    if (req.method === 'HEAD') res.end();
    else pipeline(createReadStream(file), res, () => undefined);
  };
}

/** Undefined for what lies outside of the folder, however it is written. */
function fileOf(dir: string, url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(new URL(url, 'http://till.invalid').pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0') || path.includes('\\')) return undefined;
  const root = normalize(dir);
  const file = normalize(join(root, extname(path) === '' ? 'index.html' : path));
  return file.startsWith(root.endsWith(sep) ? root : root + sep) ? file : undefined;
}
