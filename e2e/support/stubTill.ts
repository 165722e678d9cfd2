import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './launchTill.ts';

/** What the shell's tests put in the places of server and page, so that only the shell itself is under test. */
export interface StubTill {
  appDir: string;
  dataDir: string;
  remove(): Promise<void>;
}

/** Speaks the shell's side of the contract of server/main.ts and answers every request with its pid. */
const SERVER = `
const http = require('node:http');
const port = process.parentPort;
if (process.env.STUB_FAILS) {
  port.postMessage({ type: 'failed', message: process.env.STUB_FAILS });
  setTimeout(() => process.exit(1), 50);
}
else if (process.env.STUB_CRASHES) { console.error('out of beer'); process.exit(7); }
else {
  const reports = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const { pathname } = new URL(request.url, 'http://stub');
      if (pathname === '/trpc/station.report') reports.push({ auth: request.headers.authorization, ...JSON.parse(body) });
      response.setHeader('access-control-allow-origin', 'app://till');
      response.setHeader('access-control-allow-headers', 'authorization');
      response.setHeader('content-type', 'application/json');
      const answer = { pid: process.pid, origin: request.headers.origin, auth: request.headers.authorization, reports };
      response.end(JSON.stringify(pathname.startsWith('/trpc') ? { result: { data: { ok: true } } } : answer));
    });
  });
  server.listen(Number(process.env.TAPTILL_HTTP_PORT), '127.0.0.1', () => {
    const url = 'http://127.0.0.1:' + server.address().port;
    port.postMessage({ type: 'ready', url, lanPort: 1, tillToken: 'till-' + process.pid, stationToken: 'station-' + process.pid });
  });
  port.on('message', ({ data }) => {
    if (data.type !== 'stop') return;
    console.log('stopped in order');
    setTimeout(() => process.exit(0), 50);
  });
}
`;

const PAGE = `<!doctype html><meta charset="utf-8"><title>stub</title><h1>skeleton</h1><script type="module" src="./page.js"></script>`;

const SCRIPT = `
window.till.onServerChanged(async (server) => {
  const heading = document.querySelector('h1');
  if (server === null) { heading.textContent = 'no server'; return; }
  const answer = await (await fetch(server.url, { headers: { authorization: server.token } })).json();
  heading.textContent = 'pid ' + answer.pid;
  window.answer = answer;
  window.till.mark('usable');
});
`;

/** Lies inside the checkout, so that the card reader's bundle finds its native package. */
export async function makeStubTill(): Promise<StubTill> {
  await mkdir(join(ROOT, 'out/test'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, 'out/test/shell-'));
  const appDir = join(folder, 'app');
  const out = join(appDir, 'out');
  for (const name of ['server', 'renderer']) await mkdir(join(out, name), { recursive: true });
  for (const name of ['electron', 'station'])
    await cp(join(ROOT, 'out', name), join(out, name), { recursive: true });
  const manifest = { name: 'taptill-stub', version: '0.0.0', main: 'out/electron/main.cjs' };
  await writeFile(join(appDir, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(out, 'server/main.cjs'), SERVER);
  await writeFile(join(out, 'renderer/index.html'), PAGE);
  await writeFile(join(out, 'renderer/page.js'), SCRIPT);
  return {
    appDir,
    dataDir: join(folder, 'data'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
