import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { readOrCreate } from './keyFiles.ts';
import { sha256Hex } from './secrets.ts';

/** The one name in the server's certificate: nodes verify it strictly, whatever address the till has today. */
export const SERVER_NAME = 'till.taptill.internal';

interface KeyPair {
  readonly key: string;
  readonly certificate: string;
}

/** The till as its own certificate authority: made at the first start, kept in the data directory's `keys/`. */
export interface Authority {
  readonly certificate: string;
  /** what the TLS port shows: its key, and its certificate with the authority's behind it */
  readonly server: KeyPair;
  /** the second half of an enrolment code: a node checks the authority by it before it sends the secret */
  readonly fingerprint: string;
  /** @throws when the request is unusable */
  signNode(csr: string): Promise<{ certificate: string; spki_sha256: string }>;
}

const FINGERPRINT_LENGTH = 16;
const makers = () => import('./certificates.ts');

export async function openAuthority(keysDir: string): Promise<Authority> {
  const authority = await pair(join(keysDir, 'authority.pem'), async () => (await makers()).makeAuthority());
  const server = await pair(join(keysDir, 'server.pem'), async () =>
    (await makers()).makeServerPair(authority, SERVER_NAME),
  );
  return {
    certificate: authority.certificate,
    server: { key: server.key, certificate: server.certificate + authority.certificate },
    fingerprint: spkiSha256(new X509Certificate(authority.certificate)).slice(0, FINGERPRINT_LENGTH),
    signNode: async (csr) => {
      const { certificate, spki } = await (await makers()).signNodeRequest(authority, csr);
      return { certificate, spki_sha256: sha256Hex(spki) };
    },
  };
}

/** Who a certificate speaks for: the hash of its public key. */
export const spkiSha256 = (certificate: X509Certificate): string =>
  sha256Hex(certificate.publicKey.export({ type: 'spki', format: 'der' }));

/** Key and certificate lie in one file, so that there is never one without the other. */
async function pair(file: string, make: () => Promise<KeyPair>): Promise<KeyPair> {
  const text = await readOrCreate(file, async () => {
    const made = await make();
    return made.key + made.certificate;
  });
  const block = (label: string): string => {
    const found = new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`).exec(text);
    if (!found) throw new Error(`${file} holds no ${label.toLowerCase()}: restore the file from a backup.`);
    return `${found[0]}\n`;
  };
  return { key: block('PRIVATE KEY'), certificate: block('CERTIFICATE') };
}
