import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from './lib/run.ts';

/** What a fresh clone has not: packages (linked), bundles, data. */
const NOT_CLONED = ['node_modules', 'out', '.git', '.taptill', '.cache'];
let clone: string;
beforeAll(() => {
  clone = mkdtempSync(path.join(tmpdir(), 'taptill-clone-'));
  cpSync(ROOT, clone, {
    recursive: true,
    filter: (from) => !NOT_CLONED.includes(path.relative(ROOT, from).split(path.sep)[0] ?? ''),
  });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(clone, 'node_modules'));
});
afterAll(() => rmSync(clone, { recursive: true, force: true, maxRetries: 5 }));

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

it('npm run demo from a fresh clone without a display: one address, where the page and the demo bar are', async () => {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  const demo = spawn(process.execPath, ['build/demo.ts'], {
    cwd: clone,
    env: {
      ...env,
      TAPTILL_HTTP_PORT: String(await freePort()),
      TAPTILL_LAN_PORT: String(await freePort()),
      TAPTILL_MDNS: 'off',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [demo.stdout, demo.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()));
  const ended = new Promise<number | null>((resolve) => demo.once('exit', resolve));
  try {
    const address = () => /Open the demo bar in a browser on this computer: (http:\S+)/.exec(said)?.[1];
    await Promise.race([
      expect.poll(address, { timeout: 100_000, interval: 200 }).toBeTruthy(),
      ended.then((code) => Promise.reject(new Error(`the demo ended with ${code}: ${said}`))),
    ]);
    const page = await fetch(address() ?? '');
    expect(await page.text()).toContain('<div id="root">');
  } finally {
    demo.kill('SIGTERM');
    expect(await ended).toBe(0);
  }
});
