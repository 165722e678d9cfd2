import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { electronTestRuntime } from '#build/electronTestRuntime';

export interface ElectronSearch {
  /** Tests may fetch the pinned test runtime; people get it only with ELECTRON_TEST_RUNTIME=1. */
  forTests: boolean;
}

const BINARY: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'electron',
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/**
 * The Electron to start, in this order: ELECTRON_OVERRIDE_DIST_PATH, the one that the `electron` package has
 * downloaded, the test runtime. Undefined when there is none: the caller then offers the browser.
 */
export async function electronExecutable({ forTests }: ElectronSearch): Promise<string | undefined> {
  const folder = await electronFolder({ forTests });
  return folder === undefined ? undefined : join(folder, binaryName());
}

/** The folder of the same Electron, as electron-builder's `electronDist` wants it. */
export async function electronFolder({ forTests }: ElectronSearch): Promise<string | undefined> {
  const named = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (named) {
    if (existsSync(join(named, binaryName()))) return named;
    throw new Error(`ELECTRON_OVERRIDE_DIST_PATH is ${named}, but there is no ${binaryName()} in it.`);
  }
  const downloaded = join(electronPackage(), 'dist');
  if (existsSync(join(downloaded, binaryName()))) return downloaded;
  if (forTests || process.env['ELECTRON_TEST_RUNTIME'] === '1') return electronTestRuntime();
  return undefined;
}

function binaryName(): string {
  return BINARY[process.platform] ?? 'electron';
}

function electronPackage(): string {
  return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
}
