/**
 * `node build/completeLock.ts`, after every change of package-lock.json.
 *
 * A package may name optional packages for platforms that the registry at hand does not have. npm leaves those out
 * of the lock file, and `npm ci` then refuses it ("Missing … from lock file"). This writes what npm would have
 * written, as far as it can be known without the package: version, platform, optional.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  version?: string;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

export interface Lock {
  packages: Record<string, LockedPackage>;
}

const SYSTEMS: Record<string, string> = {
  linux: 'linux',
  macos: 'darwin',
  darwin: 'darwin',
  windows: 'win32',
  win32: 'win32',
};
const PROCESSORS: Record<string, string> = {
  aarch64: 'arm64',
  arm64: 'arm64',
  x86_64: 'x64',
  x64: 'x64',
  x86: 'ia32',
  ia32: 'ia32',
};
const LIBRARIES: Record<string, string> = { gnu: 'glibc', glibc: 'glibc', musl: 'musl' };

/** Adds the missing optional packages to `lock` and returns their names. */
export function completeLock(lock: Lock): string[] {
  const added: string[] = [];
  for (const [place, locked] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(locked.optionalDependencies ?? {})) {
      if (isLocked(lock, place, name)) continue;
      lock.packages[`node_modules/${name}`] = { ...platformOf(name, version), optional: true };
      added.push(name);
    }
  }
  if (added.length > 0) lock.packages = sorted(lock.packages);
  return added;
}

/** Node's way: beside the package itself, or in any node_modules above it. */
function isLocked(lock: Lock, place: string, name: string): boolean {
  const parts = place.split('/node_modules/');
  for (let depth = parts.length; depth > 0; depth -= 1) {
    const folder = parts.slice(0, depth).join('/node_modules/');
    if (`${folder ? `${folder}/` : ''}node_modules/${name}` in lock.packages) return true;
  }
  return `node_modules/${name}` in lock.packages;
}

function platformOf(name: string, version: string): LockedPackage {
  if (!/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(
      `${name} is missing from the lock file and its version "${version}" is no single one; run npm install where it can be had.`,
    );
  }
  const words = name.slice(name.indexOf('/') + 1).split('-');
  const os = words.map((word) => SYSTEMS[word]).find(Boolean);
  const cpu = words.map((word) => PROCESSORS[word]).find(Boolean);
  const libc = words.map((word) => LIBRARIES[word]).find(Boolean);
  if (os === undefined) {
    throw new Error(
      `${name} is missing from the lock file and its name tells no platform; run npm install where it can be had.`,
    );
  }
  return { version, ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }), os: [os] };
}

function sorted(packages: Lock['packages']): Lock['packages'] {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '..', 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
  const added = completeLock(lock);
  if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(
    added.length === 0 ? 'The lock file is complete.' : `Added to the lock file: ${added.join(', ')}`,
  );
}
