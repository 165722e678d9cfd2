import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completeLock, type Lock } from './completeLock.ts';

const lockOf = (optionalDependencies: Record<string, string>, more: Lock['packages'] = {}): Lock => ({
  packages: { 'node_modules/reader': { version: '1.0.0', optionalDependencies }, ...more },
});

describe('completeLock', () => {
  it('adds what npm left out, with the platform that its name tells', () => {
    const lock = lockOf({
      '@r/linux-aarch64-musl': '1.0.0',
      '@r/macos-x86_64': '1.0.0',
      '@r/windows-x86_64-node': '1.0.0',
    });
    expect(completeLock(lock)).toHaveLength(3);
    expect(lock.packages['node_modules/@r/linux-aarch64-musl']).toEqual({
      version: '1.0.0',
      cpu: ['arm64'],
      libc: ['musl'],
      os: ['linux'],
      optional: true,
    });
    expect(lock.packages['node_modules/@r/macos-x86_64']).toEqual({
      version: '1.0.0',
      cpu: ['x64'],
      os: ['darwin'],
      optional: true,
    });
    expect(lock.packages['node_modules/@r/windows-x86_64-node']?.os).toEqual(['win32']);
  });

  it('changes nothing the second time, nor what npm has written, above or inside the package', () => {
    const lock = lockOf(
      { '@r/linux-x64': '1.0.0', '@r/linux-arm64': '1.0.0' },
      {
        'node_modules/@r/linux-x64': { version: '1.0.0' },
        'node_modules/reader/node_modules/@r/linux-arm64': { version: '1.0.0' },
      },
    );
    const before = structuredClone(lock);
    expect(completeLock(lock)).toEqual([]);
    expect(lock).toEqual(before);
  });

  it('finds what lies above a package that lies inside another', () => {
    const lock: Lock = {
      packages: {
        'node_modules/a/node_modules/reader': {
          version: '1.0.0',
          optionalDependencies: { '@r/linux-x64': '1.0.0' },
        },
        'node_modules/a/node_modules/@r/linux-x64': { version: '1.0.0' },
      },
    };
    expect(completeLock(lock)).toEqual([]);
  });

  it("the project's own lock file is complete; otherwise run node build/completeLock.ts", () => {
    const text = readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8');
    expect(completeLock(JSON.parse(text) as Lock)).toEqual([]);
  });

  it.each([
    [{ '@r/linux-x64': '^1.0.0' }, 'no single one'],
    [{ '@r/speed-up': '1.0.0' }, 'tells no platform'],
  ])('refuses to guess: %j', (dependencies, because) => {
    expect(() => completeLock(lockOf(dependencies))).toThrow(because);
  });
});
