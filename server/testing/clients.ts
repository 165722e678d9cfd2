import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { EventSource } from 'eventsource';
import { Agent, fetch as undiciFetch } from 'undici';
import type { SessionWire } from '#domain/protocol/till';
import type { LanRouter } from '../api/lanRouter.ts';
import type { TillRouter } from '../api/tillRouter.ts';
import { SERVER_NAME } from '../security/authority.ts';

/** Headers of a caller on the loopback port. */
export interface Caller {
  /** of a session, or the station's */
  readonly token?: string;
  readonly tillToken?: string;
}

export const callerHeaders = ({ token, tillToken }: Caller): Record<string, string> => ({
  ...(token ? { authorization: `Bearer ${token}` } : {}),
  ...(tillToken ? { 'x-taptill-till': tillToken } : {}),
});

/** A typed client of the till's router; subscriptions authenticate by header like everything else. */
export function tillClient(url: string, caller: Caller = {}) {
  const headers = callerHeaders(caller);
  return createTRPCClient<TillRouter>({
    links: [
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: httpSubscriptionLink({
          url: `${url}/trpc`,
          EventSource,
          eventSourceOptions: {
            fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }),
          },
        }),
        false: httpLink({ url: `${url}/trpc`, headers }),
      }),
    ],
  });
}
export type TillClient = ReturnType<typeof tillClient>;

export const PIN = '2468';

/** A bar as the wizard leaves it: its engineer is signed in, one beverage on tap 1, no shift. */
export async function setUpBar(
  url: string,
): Promise<{ api: TillClient; session: SessionWire; recovery_code: string }> {
  const { session, recovery_code } = await tillClient(url).setup.firstRun.mutate({
    bar_name: 'Тест',
    currency: 'RUB',
    time_zone: 'Europe/Moscow',
    language: 'ru',
    age_limit: 18,
    operator_name: 'Инна',
    pin: PIN,
    beverage: { name: 'Пилс', abv_permille: 48, price_minor_per_litre: 30_000 },
    keg_size_ml: 30_000,
    tap_number: 1,
  });
  if (!session || !recovery_code) throw new Error('the first run gave no session');
  return { api: tillClient(url, { token: session.token }), session, recovery_code };
}

export async function signIn(url: string, operator_id: number, pin = PIN): Promise<TillClient> {
  const { token } = await tillClient(url).session.signIn.mutate({ operator_id, pin });
  return tillClient(url, { token });
}

export interface NodeKey {
  /** PEM, PKCS#8 */
  readonly key: string;
  /** PEM, PKCS#10 */
  readonly csr: string;
}

export async function newNodeKey(): Promise<NodeKey> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=test',
    keys,
    signingAlgorithm: algorithm,
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    type: 'pkcs8',
    format: 'pem',
  });
  return { key: key.toString(), csr: request.toString('pem') };
}

export interface LanIdentity {
  readonly key: string;
  readonly certificate: string;
}

/** A client of the TLS port; without `ca` whoever answers is believed, as only tests may. */
export function lanClient(lanPort: number, trust: { ca?: string; identity?: LanIdentity } = {}) {
  const { ca, identity } = trust;
  const agent = new Agent({
    connect: {
      servername: SERVER_NAME,
      ca,
      rejectUnauthorized: ca !== undefined,
      key: identity?.key,
      cert: identity?.certificate,
    },
  });
  const fetchOverTls = ((input: string, init?: object) =>
    undiciFetch(input, { ...init, dispatcher: agent })) as unknown as typeof fetch;
  const client = createTRPCClient<LanRouter>({
    links: [
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: httpSubscriptionLink({
          url: `https://127.0.0.1:${lanPort}`,
          EventSource,
          eventSourceOptions: { fetch: fetchOverTls },
        }),
        false: httpLink({ url: `https://127.0.0.1:${lanPort}`, fetch: fetchOverTls }),
      }),
    ],
  });
  return { client, fetch: fetchOverTls, close: () => agent.destroy() };
}
export type LanClient = ReturnType<typeof lanClient>;

export interface EnrolledNode extends LanClient {
  readonly node_id: number;
  readonly tap_ids: number[];
  readonly identity: LanIdentity;
  readonly ca: string;
}

/** A node with a key of its own and a certificate from this till, connected. */
export async function enrolTestNode(
  till: { url: string; lanPort: number },
  api: TillClient,
  node: { name: string; tap_ids: number[] },
): Promise<EnrolledNode> {
  const { code } = await api.nodes.createEnrolment.mutate(node);
  const { key, csr } = await newNodeKey();
  const stranger = lanClient(till.lanPort);
  const secret = code.slice(0, code.lastIndexOf('-'));
  const { node_id, tap_ids, certificate, ca } = await stranger.client.pairing.enrol.mutate({ secret, csr });
  await stranger.close();
  const identity = { key, certificate };
  return { ...lanClient(till.lanPort, { ca, identity }), node_id, tap_ids, identity, ca };
}
