import { expect, test } from '@playwright/test';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { electronExecutable } from '#build/electronRuntime';
import { startVirtualReader } from '#build/virtualReader';
import type { TillBridge } from '#electron/bridge';
import { openDisplay } from './support/display.ts';
import { launchElectronTill, type ElectronTill } from './support/launchTill.ts';
import { makeStubTill, type StubTill } from './support/stubTill.ts';

declare global {
  interface Window {
    answer: {
      pid: number;
      origin: string;
      auth: string;
      reports: { auth: string; type: string; uid?: string }[];
    };
  }
}

test.describe('the shell, with a stub in the place of the server', () => {
  let stub: StubTill;
  let shell: ElectronTill | undefined;

  test.beforeEach(async () => {
    stub = await makeStubTill();
  });
  test.afterEach(async () => {
    await shell?.close();
    shell = undefined;
    await stub.remove();
  });

  const launch = async (env: Record<string, string> = {}): Promise<ElectronTill> => {
    shell = await launchElectronTill({ ...stub, env });
    return shell;
  };
  const heading = (): Promise<string | null> => shell!.page.textContent('h1');

  test('the page comes from app://till, speaks to its server with its token, and sees nothing of Node', async () => {
    const { page, server } = await launch();
    await expect.poll(heading).toMatch(/^pid \d+$/);
    expect(page.url()).toBe('app://till/');
    const answer = await page.evaluate(() => window.answer);
    expect(answer.origin).toBe('app://till');
    expect(answer.auth).toBe(server.token);
    expect(server.token).toBe(`till-${answer.pid}`);
    const seen = await page.evaluate(() => [
      typeof globalThis.process,
      typeof globalThis.Buffer,
      typeof Reflect.get(globalThis, 'require'),
    ]);
    expect(seen).toEqual(['undefined', 'undefined', 'undefined']);
    const bridge = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const { till } = window as unknown as { till: TillBridge };
          till.onServerChanged((known) => resolve(JSON.stringify([till, known])));
        }),
    );
    expect(bridge).toContain('till-');
    expect(bridge).not.toContain('station-');
  });

  test('each moment of the start is measured from the start of the process', async () => {
    const { page } = await launch();
    await expect.poll(heading).toMatch(/^pid/);
    const marks = await page.evaluate(() => (window as unknown as { till: TillBridge }).till.marks());
    test.info().annotations.push({ type: 'start', description: JSON.stringify(marks) });
    const { main, ready, domReady, usable, serverReady } = marks;
    expect(main).toBeGreaterThan(0);
    expect(ready).toBeGreaterThanOrEqual(main!);
    expect(domReady).toBeGreaterThan(ready!);
    expect(usable).toBeGreaterThanOrEqual(serverReady!);
    expect(usable).toBeLessThan(60_000);
  });

  test('the page can reach neither another server, nor another page, nor a new window, nor a permission', async () => {
    const { page } = await launch();
    await expect.poll(heading).toMatch(/^pid/);
    const refused = await page.evaluate(async () => ({
      window: window.open('app://till/') === null ? 'refused' : 'opened',
      code: await new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective), {
          once: true,
        });
        const script = document.createElement('script');
        script.textContent = 'window.injected = true';
        document.head.append(script);
      }),
      otherServer: await fetch('http://127.0.0.1:9/').then(
        () => 'reached',
        () => 'refused',
      ),
      notification: await Notification.requestPermission(),
    }));
    expect(refused).toEqual({
      otherServer: 'refused',
      window: 'refused',
      code: 'script-src-elem',
      notification: 'denied',
    });
    await page.evaluate(() => void (location.href = 'https://example.org/'));
    await page.evaluate(() => void (location.href = 'file:///etc/passwd'));
    await page.waitForTimeout(300);
    expect(page.url()).toBe('app://till/');
    expect(await page.evaluate(() => Reflect.has(window, 'injected'))).toBe(false);
  });

  test('a frame that is not the page gets nothing from the shell', async () => {
    const { app } = await launch();
    await expect.poll(heading).toMatch(/^pid/);
    const answer = await app.evaluate(
      async ({ BrowserWindow }, preload) => {
        const stranger = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
        await stranger.loadURL('data:text/html,<h1>stranger</h1>');
        const seen: unknown = await stranger.webContents.executeJavaScript(
          'window.till.marks().then(() => "answered", () => "refused").then((marks) => [window.till.server, marks])',
        );
        stranger.destroy();
        return seen;
      },
      join(stub.appDir, 'out/electron/preload.cjs'),
    );
    expect(answer).toEqual([null, 'refused']);
  });

  test('a killed server is started again, and the page is told its new token without a reload', async () => {
    const { page } = await launch();
    await expect.poll(heading).toMatch(/^pid/);
    await page.evaluate(() => void Reflect.set(window, 'stillHere', true));
    const before = await page.evaluate(() => window.answer);
    process.kill(before.pid, 'SIGKILL');
    await expect.poll(() => page.evaluate(() => window.answer.pid)).not.toBe(before.pid);
    const after = await page.evaluate(() => window.answer);
    expect(after.auth).toBe(`till-${after.pid}`);
    expect(await page.evaluate(() => Reflect.get(window, 'stillHere') as unknown)).toBe(true);
  });

  test('closing stops the server in order and ends with code 0', async () => {
    const { app, shell: main, output } = await launch();
    await expect.poll(heading).toMatch(/^pid/);
    const ended = new Promise<number | null>((resolve) => main.once('exit', resolve));
    await app.evaluate(({ app: electron }) => electron.quit());
    expect(await ended).toBe(0);
    expect(output()).toContain('stopped in order');
  });

  test('a card on the virtual reader reaches the server through the card reader process, with its own token', async () => {
    const reader = await startVirtualReader();
    try {
      const { page } = await launch(reader.env);
      await expect.poll(heading).toMatch(/^pid/);
      const card = await reader.lay('04a1b2c3d4e580');
      const server = await page.evaluate(() => window.answer);
      const reports = async (): Promise<typeof server.reports> =>
        page.evaluate(async () => {
          const { url } = (window as unknown as { till: TillBridge }).till.server ?? { url: '' };
          const known =
            url ||
            (await new Promise<string>((resolve) =>
              (window as unknown as { till: TillBridge }).till.onServerChanged((s) => s && resolve(s.url)),
            ));
          return ((await (await fetch(known)).json()) as Window['answer']).reports;
        });
      await expect.poll(async () => (await reports()).map(({ uid }) => uid)).toContain('04A1B2C3D4E580');
      expect(new Set((await reports()).map(({ auth }) => auth))).toEqual(
        new Set([`Bearer station-${server.pid}`]),
      );
      card.remove();
      await expect.poll(async () => (await reports()).map(({ type }) => type)).toContain('card.removed');
    } finally {
      await reader.close();
    }
  });

  for (const [env, sentence] of [
    [
      { STUB_FAILS: 'The database is newer than this Taptill.' },
      'The server cannot start: The database is newer than this Taptill.',
    ],
    [{ STUB_CRASHES: '1' }, 'The server ended 3 times before it was ready: out of beer'],
  ] as const) {
    test(`a server that cannot start (${Object.keys(env)[0]}) ends the till with one sentence and a failing code`, async () => {
      const { code, said } = await runToTheEnd(stub, env);
      expect(code).toBe(1);
      expect(said).toContain(sentence);
    });
  }

  test('a second start with the same data folder gives way to the first', async () => {
    await launch();
    await expect.poll(heading).toMatch(/^pid/);
    const { code, said } = await runToTheEnd(stub, {});
    expect(code).toBe(0);
    expect(said).toContain('already running');
    expect(await heading()).toMatch(/^pid/);
  });
});

/** The shell as `npm start` runs it, without anybody attached. */
async function runToTheEnd(
  stub: StubTill,
  env: Record<string, string>,
): Promise<{ code: number | null; said: string }> {
  const display = await openDisplay();
  try {
    const executable = (await electronExecutable({ forTests: true }))!;
    const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const child = spawn(executable, [...root, '--disable-gpu', stub.appDir], {
      env: { ...process.env, ...env, DISPLAY: display.name, TAPTILL_DATA_DIR: stub.dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (said += text.toString()));
    const limit = setTimeout(() => child.kill('SIGKILL'), 30_000);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(limit);
    return { code, said };
  } finally {
    await display.close();
  }
}
