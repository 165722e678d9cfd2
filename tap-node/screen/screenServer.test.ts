import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TapState } from '#tap-node/agent/state';
import { screenState } from '#tap-node/testing/screenStates';
import { startScreenServer } from './screenServer.ts';
import type { ScreenServer } from './screenServer.ts';

let server: ScreenServer;
let shown: TapState;

beforeEach(async () => {
  shown = screenState('idle').state;
  server = await startScreenServer({
    port: 0,
    clock: { monotonic: () => 1_000, wall: () => 0, after: () => () => undefined },
    language: 'ru',
    tap_ids: [7],
    stateOf: () => shown,
  });
});
afterEach(() => server.close());

const url = (path: string) => `http://127.0.0.1:${server.port}${path}`;

/** The next views that the page of tap 3 gets. */
async function views(count: number, meanwhile: () => void = () => undefined): Promise<{ look: string }[]> {
  const abort = new AbortController();
  const answer = await fetch(url('/tap/3/events'), { signal: abort.signal });
  const seen: { look: string }[] = [];
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks)
      if (block.startsWith('event: view'))
        seen.push(JSON.parse(block.split('data: ')[1] ?? '{}') as { look: string });
    if (seen.length === 1) meanwhile();
    if (seen.length >= count) break;
  }
  abort.abort();
  return seen;
}

describe('the guest page', () => {
  it.each([
    ['/tap/3', 'text/html'],
    ['/page/guest.css', 'text/css'],
    ['/page/guest.js', 'text/javascript'],
    ['/page/icons/check.svg', 'image/svg+xml'],
    ['/fonts/inter-cyrillic-wght-normal.woff2', 'font/woff2'],
  ])('%s comes from this machine, under a strict policy', async (path, type) => {
    const answer = await fetch(url(path));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain(type);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(50);
  });

  it.each(['/page/../node.key', '/page/icons/..%2Findex.html', '/fonts/x.woff2', '/sim', '/etc/passwd'])(
    '%s is not there',
    async (path) => {
      expect((await fetch(url(path))).status).toBe(404);
    },
  );

  it('the only tap of a node is the first page', async () => {
    const answer = await fetch(url('/'), { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe('/tap/3');
  });

  it('a page under a foreign host name gets nothing: it would show names and balances', async () => {
    const status = await new Promise((resolve) => {
      const asked = request(
        { port: server.port, path: '/tap/3/events', headers: { host: 'evil.example' } },
        (answer) => resolve(answer.statusCode),
      );
      asked.end();
    });
    expect(status).toBe(403);
  });

  it('a new look is sent at once', async () => {
    const seen = await views(2, () => {
      shown = screenState('greeting').state;
      server.changed(7);
    });
    expect(seen.map(({ look }) => look)).toEqual(['idle', 'greeting']);
  });

  it('numbers change at most four times a second', async () => {
    shown = screenState('pouring').state;
    let ml = 187;
    const grow = setInterval(() => {
      ml += 1;
      if (shown.pour) shown = { ...shown, pour: { ...shown.pour, ml } };
      server.changed(7);
    }, 10);
    const began = performance.now();
    await views(4);
    clearInterval(grow);
    expect(performance.now() - began).toBeGreaterThan(700);
  });
});
