import { connectLan } from '#tap-node/sync/trpcTill';
import { parseEnrolmentCode } from './enrolmentCode.ts';
import { saveIdentity } from './identity.ts';
import type { Identity } from './identity.ts';
import { isOurs, newKeyAndRequest } from './keyAndRequest.ts';
import { trustedCaOf } from './tillCa.ts';

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
    if (!isOurs(answer.certificate, { key, ca }))
      throw new Error(
        'The till answered with a certificate that is not for this node: ask for a new code and try again.',
      );
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
