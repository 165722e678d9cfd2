import { protocol } from 'electron';
import { readFile } from 'node:fs/promises';
import { assetOf, contentPolicy, PAGE_ORIGIN } from '#electron/assets';
import type { Shell } from '#electron/shell';

/** Serves the built renderer as `app://till/`. The scheme must be registered before the app is ready. */
export function setupProtocol(shell: Shell): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: new URL(PAGE_ORIGIN).protocol.replace(':', ''),
      privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true },
    },
  ]);
  void shell.app.whenReady().then(() => {
    protocol.handle('app', (request) => answer(shell, request));
  });
}

async function answer(shell: Shell, request: Request): Promise<Response> {
  const asset = assetOf(shell.folders.renderer, request.url);
  if (request.method !== 'GET' || asset === undefined) return new Response('not found', { status: 404 });
  const body = await readFile(asset.file).catch(() => undefined);
  if (body === undefined) return new Response('not found', { status: 404 });
  const allowed = shell.server.origin;
  if (asset.type.startsWith('text/html')) shell.pageMaySpeakTo = allowed;
  const headers = {
    'content-type': asset.type,
    'content-security-policy': contentPolicy(allowed),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
  return new Response(new Uint8Array(body), { headers });
}
