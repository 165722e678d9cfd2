import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

/** A PKCS#10 request, PEM. The library is imported by name here: from a bundle `import()` gives a CommonJS package no names. */
export async function certificateRequest(
  keys: webcrypto.CryptoKeyPair,
  signingAlgorithm: webcrypto.EcKeyGenParams & webcrypto.EcdsaParams,
): Promise<string> {
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=taptill tap node',
    keys,
    signingAlgorithm,
  });
  return request.toString('pem');
}
