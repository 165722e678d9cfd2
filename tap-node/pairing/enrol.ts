import 'reflect-metadata';
import { X509Certificate, createPrivateKey, webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import { connectLan } from '#tap-node/sync/trpcTill';
import { parseEnrolmentCode } from './enrolmentCode.ts';
import { saveIdentity } from './identity.ts';
import type { Identity } from './identity.ts';
import { trustedCaOf } from './tillCa.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * Makes this node a member of a bar: own key, the till's certificate for it. The till is known by the fingerprint in the
 * code before the code's secret is sent to it.
 */
export async function enrol(request: {
  code: string;
  till_url: string;
  directory: string;
}): Promise<Identity> {
  const code = parseEnrolmentCode(request.code);
  if (!code)
    throw new Error(
      'This is no enrolment code: type it as the till shows it, letters, a hyphen, then 16 characters.',
    );
  const till_url = new URL(request.till_url).href.replace(/\/$/, '');
  const ca = await trustedCaOf(new URL(till_url), code.ca_fingerprint);
  const { key, csr } = await newKeyAndRequest();
  const connection = connectLan({ till_url, ca, client: null });
  try {
    const answer = await connection.client.pairing.enrol.mutate({ secret: code.secret, csr });
    assertOurs(answer.certificate, { key, ca });
    const identity: Identity = {
      till_url,
      node_id: answer.node_id,
      tap_ids: answer.tap_ids,
      key,
      certificate: answer.certificate,
      ca,
    };
    saveIdentity(request.directory, identity);
    return identity;
  } finally {
    await connection.close();
  }
}

async function newKeyAndRequest(): Promise<{ key: string; csr: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=taptill tap node',
    keys,
    signingAlgorithm: ALGORITHM,
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    type: 'pkcs8',
    format: 'pem',
  });
  return { key: key.toString(), csr: request.toString('pem') };
}

/** What came back must be for our key and from the CA that was checked, or it is not kept. */
function assertOurs(certificate: string, { key, ca }: { key: string; ca: string }): void {
  const ours = new X509Certificate(certificate);
  if (!ours.checkPrivateKey(createPrivateKey(key)) || !ours.verify(new X509Certificate(ca).publicKey))
    throw new Error(
      'The till answered with a certificate that is not for this node: ask for a new code and try again.',
    );
}
