import { createHash, X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import type { DetailedPeerCertificate } from 'node:tls';
import { TILL_SERVER_NAME } from './tillName.ts';

const CONNECT_MS = 8_000;

/** SHA-256 of a certificate's public key, hex. */
export function keySha256(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex');
}

/** Its first 16 digits. */
export function keyFingerprint(certificate: X509Certificate): string {
  return keySha256(certificate).slice(0, 16);
}

/**
 * The CA behind the certificate that the server at `url` presents, if its key has this fingerprint and it signed the
 * server's certificate for a till. Nothing secret is sent before this is known.
 */
export async function trustedCaOf(url: URL, ca_fingerprint: string): Promise<string> {
  const chain = await presentedChain(url);
  const ca = chain.find((one) => one.ca && keyFingerprint(one) === ca_fingerprint);
  const [server] = chain;
  if (!ca || !server?.verify(ca.publicKey) || server.checkHost(TILL_SERVER_NAME) === undefined)
    throw new Error(
      `The server at ${url.host} is not the till that gave this code: check the address, and take a new code from the till's own screen.`,
    );
  return ca.toString();
}

/**
 * The CA of whoever answers at `url`, if it signed a certificate for a till: not trusted yet. The code that both sides show
 * is made from its key, and people compare it.
 */
export async function presentedCaOf(url: URL): Promise<{ ca: string; ca_spki_sha256: string }> {
  const chain = await presentedChain(url);
  const [server] = chain;
  const ca = chain.find((one) => one.ca && server?.verify(one.publicKey));
  if (!ca || server?.checkHost(TILL_SERVER_NAME) === undefined)
    throw new Error(`The server at ${url.host} is not a till: check the address.`);
  return { ca: ca.toString(), ca_spki_sha256: keySha256(ca) };
}

function presentedChain(url: URL): Promise<X509Certificate[]> {
  return new Promise((resolve, reject) => {
    const unreachable = (problem: Error) =>
      reject(
        new Error(`No till answers at ${url.host}: check the address and the network. (${problem.message})`),
      );
    const socket = connect({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || 443),
      servername: TILL_SERVER_NAME,
      minVersion: 'TLSv1.3',
      // only looked at: the real connection verifies strictly under the CA that is found here
      rejectUnauthorized: false,
    });
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error('no answer')));
    socket.once('error', unreachable);
    socket.once('secureConnect', () => {
      const peer = socket.getPeerCertificate(true);
      socket.destroy();
      resolve(certificatesOf(peer));
    });
  });
}

function certificatesOf(peer: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  for (let one: DetailedPeerCertificate | undefined = peer; one?.raw && !seen.has(one.fingerprint256);) {
    seen.add(one.fingerprint256);
    chain.push(new X509Certificate(one.raw));
    one = one.issuerCertificate;
  }
  return chain;
}
