import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { electronExecutable } from './electronRuntime.ts';
import { verifyIntegrity } from './lib/npmPack.ts';

const run = promisify(execFile);

describe.runIf(process.platform === 'linux')('electronExecutable', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taptill-runtime-'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  it('takes the folder that ELECTRON_OVERRIDE_DIST_PATH names before any other', async () => {
    await writeFile(join(folder, 'electron'), '');
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder);
    expect(await electronExecutable({ forTests: true })).toBe(join(folder, 'electron'));
  });

  it('says so when there is no Electron where ELECTRON_OVERRIDE_DIST_PATH points', async () => {
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder);
    await expect(electronExecutable({ forTests: true })).rejects.toThrow('there is no electron in it');
  });

  it.runIf(process.arch === 'x64')(
    'gives tests one finished runtime, also when two ask at once',
    async () => {
      vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', '');
      const both = await Promise.all([
        electronExecutable({ forTests: true }),
        electronExecutable({ forTests: true }),
      ]);
      expect(both[0]).toBe(both[1]);
      const { stdout } = await run(both[0]!, ['--no-sandbox', '--version']);
      expect(stdout.trim()).toMatch(/^v\d+\.\d+\.\d+$/);
    },
  );

  it('believes no archive whose SHA-512 differs', async () => {
    const archive = join(folder, 'archive.tgz');
    await writeFile(archive, 'beer');
    const right = `sha512-${createHash('sha512').update('beer').digest('base64')}`;
    await verifyIntegrity(archive, 'a-package', right);
    await expect(verifyIntegrity(archive, 'a-package', right.replace(/.$/, '!'))).rejects.toThrow('SHA-512');
  });
});
