import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** This node's own key, PEM, and a PKCS#10 request that it signed. The key never leaves the node. */
export async function newKeyAndRequest(): Promise<{ key: string; csr: string }> {
  // needed once in a node's life: loaded here, so that the years after it do without
  const { certificateRequest } = await import('./certificateRequest.ts');
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const csr = await certificateRequest(keys, ALGORITHM);
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    type: 'pkcs8',
    format: 'pem',
  });
  return { key: key.toString(), csr };
}

/** What came back must be for our key and from the CA that was checked, or it is not kept. */
export function isOurs(certificate: string, { key, ca }: { key: string; ca: string }): boolean {
  const ours = new X509Certificate(certificate);
  return ours.checkPrivateKey(createPrivateKey(key)) && ours.verify(new X509Certificate(ca).publicKey);
}
