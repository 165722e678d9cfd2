import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { openAuthority, SERVER_NAME, spkiSha256, type Authority } from './authority.ts';

const dir = mkdtempSync(join(tmpdir(), 'taptill-keys-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function aRequest(
  algorithm = { name: 'ECDSA', namedCurve: 'P-256' },
): Promise<{ csr: string; spki: Buffer }> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    {
      name: 'CN=whatever the node says',
      keys,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    },
    webcrypto,
  );
  return {
    csr: request.toString('pem'),
    spki: Buffer.from(await webcrypto.subtle.exportKey('spki', keys.publicKey)),
  };
}

describe('the till as its own certificate authority', () => {
  let authority: Authority;
  beforeAll(async () => {
    authority = await openAuthority(dir);
  });

  it('keeps its keys where only its user reads them, and finds them again', async () => {
    expect(readdirSync(dir).sort()).toEqual(['authority.pem', 'server.pem']);
    for (const file of readdirSync(dir)) expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
    const again = await openAuthority(dir);
    expect(again.certificate).toBe(authority.certificate);
    expect(again.server).toEqual(authority.server);
  });

  it('of two processes that make it at once one wins for both', async () => {
    const shared = mkdtempSync(join(tmpdir(), 'taptill-keys-'));
    const both = await Promise.all([openAuthority(shared), openAuthority(shared), openAuthority(shared)]);
    expect(new Set(both.map((one) => one.certificate)).size).toBe(1);
    expect(readdirSync(shared).sort()).toEqual(['authority.pem', 'server.pem']);
    rmSync(shared, { recursive: true });
  });

  it('names the file when it is damaged', async () => {
    const broken = mkdtempSync(join(tmpdir(), 'taptill-keys-'));
    writeFileSync(join(broken, 'authority.pem'), '\0\0\0');
    await expect(openAuthority(broken)).rejects.toThrow(/authority\.pem holds no private key: restore/);
    rmSync(broken, { recursive: true });
  });

  it('dates every certificate from 1970 and gives the server its one name', async () => {
    const node = await authority.signNode((await aRequest()).csr);
    for (const text of [authority.certificate, authority.server.certificate, node.certificate]) {
      const certificate = new X509Certificate(text);
      expect(new Date(certificate.validFrom).getTime()).toBe(0);
      expect(new Date(certificate.validTo).getUTCFullYear()).toBe(9999);
    }
    const server = new X509Certificate(authority.server.certificate);
    expect(server.subjectAltName).toBe(`DNS:${SERVER_NAME}`);
    expect(server.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
    expect(server.checkPrivateKey((await import('node:crypto')).createPrivateKey(authority.server.key))).toBe(
      true,
    );
  });

  it('signs a node’s own key for client use only, and under no name of the node’s choosing', async () => {
    const { csr, spki } = await aRequest();
    const { certificate, spki_sha256 } = await authority.signNode(csr);
    const parsed = new X509Certificate(certificate);
    expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(parsed.subject).toBe('CN=Taptill tap node');
    expect(parsed.ca).toBe(false);
    expect(spkiSha256(parsed)).toBe(spki_sha256);
    expect(parsed.publicKey.export({ type: 'spki', format: 'der' })).toEqual(spki);
    expect(parsed.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
  });

  it('signs a request that openssl made', async () => {
    const keyFile = join(dir, '..', `node-${process.pid}.key`);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const csr = execFileSync('openssl', ['req', '-new', '-key', keyFile, '-subj', '/CN=pi'], {
      encoding: 'utf8',
    });
    rmSync(keyFile);
    await expect(authority.signNode(csr)).resolves.toMatchObject({
      spki_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  it.each([
    ['text', async () => 'hello'],
    ['a certificate', async () => authority.certificate],
    ['a key of another curve', async () => (await aRequest({ name: 'ECDSA', namedCurve: 'P-384' })).csr],
    ['a request that another key signed', async () => forged((await aRequest()).csr, (await aRequest()).csr)],
  ])('refuses %s', async (_name, csr) => {
    await expect(authority.signNode(await csr())).rejects.toThrow();
  });

  it('its fingerprint is of its public key', () => {
    expect(spkiSha256(new X509Certificate(readFileSync(join(dir, 'authority.pem'))))).toMatch(
      new RegExp(`^${authority.fingerprint}`),
    );
    expect(authority.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  });
});

/** The first request's body under the second one's signature. */
function forged(body: string, signature: string): string {
  const der = (pem: string): Buffer => Buffer.from(new x509.Pkcs10CertificateRequest(pem).rawData);
  const mixed = Buffer.from(der(body));
  const last = der(signature).subarray(-20);
  last.copy(mixed, mixed.length - last.length);
  return new x509.Pkcs10CertificateRequest(mixed).toString('pem');
}
