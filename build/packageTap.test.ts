import { spawn, spawnSync } from 'node:child_process';
import { createPrivateKey, webcrypto } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import { X509CertificateGenerator } from '@peculiar/x509';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '#build/lib/run';
import { VERSION } from '#domain/version';
import { assertMachine, elfMachine, filesIn, NODE_VERSION, packageTap } from './packageTap.ts';
import type { PackagedTap } from './packageTap.ts';

const SLOW = 600_000;
const isHere = process.platform === 'linux' && process.arch === 'x64';

describe.runIf(process.platform === 'linux')('the packaged tap', { timeout: 120_000 }, () => {
  let packaged: PackagedTap[];
  let scratch: string;
  beforeAll(async () => {
    packaged = await packageTap();
    scratch = mkdtempSync(join(tmpdir(), 'taptill-package-'));
  }, SLOW);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  const of = (arch: string): PackagedTap => {
    const found = packaged.find((one) => one.arch === arch);
    if (!found) throw new Error(`no archive for ${arch}`);
    return found;
  };
  const listed = ({ archive }: PackagedTap): string[] =>
    spawnSync('tar', ['-tzf', archive], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter((name) => name !== '' && !name.endsWith('/'))
      .map((name) => name.slice(name.indexOf('/') + 1));

  it('has the Node.js that the tests run on', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(NODE_VERSION).toBe(devDependencies['node']);
  });

  it.each(['arm64', 'x64'])('linux-%s: every file that it needs, and none of a checkout', (arch) => {
    const files = listed(of(arch));
    expect(files).toEqual(
      expect.arrayContaining([
        'VERSION',
        'SHA256SUMS',
        'LICENSE',
        'install.sh',
        'tap.json',
        'bin/taptill-tap',
        'node/node',
        'node/LICENSE',
        'docs/tap-node.md',
        'systemd/taptill-tap.service',
        'systemd/50-taptill-tap.rules',
        'lib/main.mjs',
        'lib/journalWorker.mjs',
        'lib/valveHolder.mjs',
        'lib/page/index.html',
        'lib/page/guest.js',
        'lib/node_modules/@fontsource-variable/inter/files/inter-cyrillic-wght-normal.woff2',
        'lib/node_modules/pcsc-mini/package.json',
      ]),
    );
    expect(files.filter((file) => /\.(ts|map)$/.test(file) && !file.startsWith('lib/node_modules/'))).toEqual(
      [],
    );
    expect(files.some((file) => /@pcsc-mini\/linux-.*\/addon\.node$/.test(file))).toBe(of(arch).reads_cards);
  });

  it.each([
    ['arm64', 0xb7],
    ['x64', 0x3e],
  ])('linux-%s: every program and library is for ELF machine %i', (arch, machine) => {
    const { folder } = of(arch);
    const programs = filesIn(folder)
      .map((file) => join(folder, file))
      .filter((file) => elfMachine(file) !== null);
    expect(programs.length).toBeGreaterThan(of(arch).reads_cards ? 1 : 0);
    for (const program of programs) expect(elfMachine(program)).toBe(machine);
  });

  it('refuses a runtime of the other machine', () => {
    expect(() => assertMachine(join(of('arm64').folder, 'node/node'), 'x64')).toThrow(
      /not a program for linux-x64/,
    );
    expect(() => assertMachine(join(ROOT, 'package.json'), 'x64')).toThrow(/ELF machine is none/);
  });

  it.runIf(isHere)(
    'linux-x64, unpacked elsewhere: says its version, and starts with a simulated tap and no till',
    async () => {
      spawnSync('tar', ['-xzf', of('x64').archive, '-C', scratch]);
      const program = join(scratch, `taptill-tap-${VERSION}-linux-x64`, 'bin/taptill-tap');
      const env = { PATH: '/usr/bin:/bin', HOME: scratch };
      const version = spawnSync(program, ['--version'], { encoding: 'utf8', env });
      expect(version.stdout).toBe(`taptill tap-node ${VERSION} on Node.js v${NODE_VERSION}, linux-x64\n`);

      const data = join(scratch, 'data');
      await writeIdentity(data);
      const child = spawn(program, ['--data', data, '--simulate', '1', '--screen-port', '0'], { env });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text: Buffer) => (said += text.toString()));
      const exited = new Promise((resolve) => child.once('exit', resolve));
      try {
        await expect
          .poll(() => said, { timeout: 60_000 })
          .toMatch(/guest screen: http:\/\/localhost:\d+\/ .*simulated hardware/);
        const url = /http:\/\/localhost:\d+/.exec(said)?.[0] ?? '';
        const { taps } = (await (await fetch(`${url}/sim`)).json()) as { taps: { tap_id: number }[] };
        expect(taps.map(({ tap_id }) => tap_id)).toEqual([7]);
        for (const path of ['/page/guest.js', '/fonts/inter-cyrillic-wght-normal.woff2'])
          expect((await fetch(`${url}${path}`)).status).toBe(200);
        expect(existsSync(join(data, 'journal.sqlite'))).toBe(true);
      } finally {
        child.kill('SIGTERM');
        await exited;
      }
    },
  );

  it.runIf(isHere)('names the mistake in tap.json', () => {
    const program = join(of('x64').folder, 'bin/taptill-tap');
    const file = join(scratch, 'wrong.json');
    writeFileSync(file, '{ "taps": [] }');
    const { status, stderr } = spawnSync(program, ['--check', file], { encoding: 'utf8' });
    expect(stderr).toMatch(/wrong\.json taps: /);
    expect(status).toBe(1);
  });

  it('installs itself under /opt, keeps a tap.json that is there, and asks the kernel once to let lines go', () => {
    const { folder } = of('x64');
    const root = join(scratch, 'root');
    mkdirSync(join(root, 'boot/firmware'), { recursive: true });
    const boot = join(root, 'boot/firmware/config.txt');
    writeFileSync(boot, 'dtparam=audio=on\n');
    const install = () =>
      spawnSync(join(folder, 'install.sh'), {
        encoding: 'utf8',
        env: { ...process.env, TAPTILL_INSTALL_ROOT: root },
      });
    const first = install();
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toMatch(/restart this computer/);
    expect(readlinkSync(join(root, 'opt/taptill-tap'))).toBe(`taptill-tap-${VERSION}-linux-x64`);
    expect(existsSync(join(root, 'opt/taptill-tap/bin/taptill-tap'))).toBe(true);
    expect(existsSync(join(root, 'etc/systemd/system/taptill-tap.service'))).toBe(true);
    const wiring = join(root, 'etc/taptill/tap.json');
    appendFileSync(wiring, '\n\n');
    const written = readFileSync(wiring, 'utf8');
    expect(install()).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(wiring, 'utf8')).toBe(written);
    expect(readFileSync(boot, 'utf8').match(/^dtparam=strict_gpiod$/gm)).toHaveLength(1);
  });

  it('does not install what was damaged on the way', () => {
    const copy = join(scratch, 'damaged');
    spawnSync('cp', ['-R', of('x64').folder, copy]);
    appendFileSync(join(copy, 'lib/main.mjs'), '\n');
    const { status, stderr } = spawnSync(join(copy, 'install.sh'), {
      encoding: 'utf8',
      env: { ...process.env, TAPTILL_INSTALL_ROOT: join(scratch, 'nowhere') },
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/damaged/);
  });
});

describe('the systemd unit', () => {
  const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
  if (!hasSystemd) console.warn('not checked: systemd-analyze is not here');

  it.runIf(hasSystemd)('is taken by systemd without a word', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'taptill-unit-'));
    const unit = readFileSync(join(ROOT, 'build/tap/taptill-tap.service'), 'utf8');
    const verify = (text: string) => {
      const file = join(scratch, 'taptill-tap.service');
      writeFileSync(file, text.replaceAll('/opt/taptill-tap/bin/taptill-tap', '/bin/true'));
      return spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    };
    expect(verify(unit)).toMatchObject({ status: 0, stderr: '' });
    expect(verify(unit.replace('ProtectSystem=strict', 'ProtectSystem=very')).stderr).toMatch(
      /protect system/i,
    );
    rmSync(scratch, { recursive: true, force: true });
  });
});

/** A node that belongs to a till which nobody can reach. */
async function writeIdentity(directory: string): Promise<void> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=nobody',
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(),
    notAfter: new Date(Date.now() + 86_400_000),
  });
  const pem = certificate.toString('pem');
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const files = {
    'node.key': key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'node.crt': pem,
    'till-ca.crt': pem,
    'node.json': JSON.stringify({ till_url: 'https://127.0.0.1:9', node_id: 1, tap_ids: [7] }),
  };
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(directory, name), text, { mode: 0o600 });
}
