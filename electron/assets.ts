import { extname, join, normalize, sep } from 'node:path';

export const PAGE_ORIGIN = 'app://till';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
};

export interface Asset {
  file: string;
  type: string;
}

/**
 * The file that an `app://till/…` address names. A path without an extension is a place inside the till and gets
 * the page itself. Undefined: another host, an address that leads out of `folder`, or a kind that the till has not.
 */
export function assetOf(folder: string, address: string): Asset | undefined {
  const path = pathOf(address);
  if (path === undefined || /[\\\0]/.test(path)) return undefined;
  const root = normalize(folder + sep);
  const wanted = normalize(join(root, path));
  if (!`${wanted}${sep}`.startsWith(root)) return undefined;
  const extension = extname(wanted).toLowerCase();
  if (extension === '') return { file: join(root, 'index.html'), type: TYPES['.html']! };
  const type = TYPES[extension];
  return type === undefined ? undefined : { file: wanted, type };
}

export function isPage(address: string): boolean {
  return pathOf(address) !== undefined;
}

function pathOf(address: string): string | undefined {
  try {
    const url = new URL(address);
    if (url.protocol !== 'app:' || url.host !== 'till') return undefined;
    return decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
}

/** Scripts only from the till itself, words only with its own server. */
export function contentPolicy(serverOrigin: string | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "media-src 'self'",
    `connect-src ${serverOrigin ?? "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
