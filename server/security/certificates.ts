import 'reflect-metadata';
import { createPublicKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/**
 * Makes certificates; loaded only when one is made. A Pi may wake up in 1970 and Node has no hook for a certificate that
 * is not valid yet, so every one is valid from 1970 and for ever: when a node's ends is written in `nodes`.
 */
const FROM = new Date(0);
const FOR_EVER = new Date('9999-12-31T23:59:59Z');
const EC = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/** A private key and its certificate, both PEM. */
export interface KeyPair {
  readonly key: string;
  readonly certificate: string;
}

export async function makeAuthority(): Promise<KeyPair> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = keys.publicKey.export({ type: 'spki', format: 'der' });
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: 'CN=Taptill',
      issuer: 'CN=Taptill',
      notBefore: FROM,
      notAfter: FOR_EVER,
      publicKey: new x509.PublicKey(publicKey),
      signingKey: await signingKey(keys.privateKey.export({ type: 'pkcs8', format: 'der' })),
      signingAlgorithm: SIGNING,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
        await keyIdentifier(publicKey),
      ],
    },
    crypto(),
  );
  return {
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: pem(certificate),
  };
}

export async function makeServerPair(authority: KeyPair, serverName: string): Promise<KeyPair> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = keys.publicKey.export({ type: 'spki', format: 'der' });
  const certificate = await sign(authority, publicKey, `CN=${serverName}`, [
    new x509.ExtendedKeyUsageExtension([SERVER_AUTH], true),
    new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: serverName }]),
  ]);
  return { key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certificate };
}

/** @throws when the request is no PKCS#10 request, its key is not P-256, or it is not signed by its own key */
export async function signNodeRequest(
  authority: KeyPair,
  csr: string,
): Promise<{ certificate: string; spki: Buffer }> {
  const request = new x509.Pkcs10CertificateRequest(csr);
  const key = createPublicKey({ key: Buffer.from(request.publicKey.rawData), type: 'spki', format: 'der' });
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new Error('the key is not P-256');
  if (!(await request.verify(crypto()))) throw new Error('the request is not signed by its own key');
  const spki = key.export({ type: 'spki', format: 'der' });
  const certificate = await sign(authority, spki, 'CN=Taptill tap node', [
    new x509.ExtendedKeyUsageExtension([CLIENT_AUTH], true),
  ]);
  return { certificate, spki };
}

async function sign(
  authority: KeyPair,
  publicKey: Buffer,
  subject: string,
  extensions: x509.Extension[],
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject,
      issuer: issuer.subject,
      notBefore: FROM,
      notAfter: FOR_EVER,
      publicKey: new x509.PublicKey(publicKey),
      signingKey: await signingKey(derOf(authority.key)),
      signingAlgorithm: SIGNING,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await keyIdentifier(publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, crypto()),
        ...extensions,
      ],
    },
    crypto(),
  );
  return pem(certificate);
}

const crypto = () => webcrypto;
const pem = (certificate: x509.X509Certificate): string => `${certificate.toString('pem')}\n`;
const derOf = (key: string): Buffer => Buffer.from(key.replace(/-----[^-]+-----|\s/g, ''), 'base64');
const keyIdentifier = (publicKey: Buffer) =>
  x509.SubjectKeyIdentifierExtension.create(new x509.PublicKey(publicKey), false, crypto());
const signingKey = (pkcs8: Buffer): Promise<webcrypto.CryptoKey> =>
  crypto().subtle.importKey('pkcs8', pkcs8, EC, false, ['sign']);
