import { createHash, createPublicKey } from 'node:crypto';
import { codeText, commitmentText, PAIRING_MS, pairingCode } from '#domain/node/pairing';
import type { Clock, Random } from '#tap-node/agent/clock';
import { connectLan } from '#tap-node/sync/trpcTill';
import { makeDataFolder } from '../dataFolder.ts';
import { saveIdentity } from './identity.ts';
import type { Identity } from './identity.ts';
import { isOurs, newKeyAndRequest } from './keyAndRequest.ts';
import { forgetPending, loadPending, savePending } from './pendingPairing.ts';
import type { PendingPairing } from './pendingPairing.ts';
import { presentedCaOf } from './tillCa.ts';

/** What the tap shows while it belongs to no bar. */
export type PairingShown =
  | { readonly stage: 'searching' }
  /** more than one till says that it is one: somebody must write down which */
  | { readonly stage: 'several'; readonly addresses: readonly string[] }
  | { readonly stage: 'no_answer'; readonly address: string; readonly problem: string }
  | {
      readonly stage: 'code';
      readonly code: string;
      readonly bar_name: string;
      /** somebody at the tap has said that the till shows the same code */
      readonly same: boolean;
      /** the till has said so too */
      readonly taken: boolean;
    };

export type PairingOptions = {
  readonly directory: string;
  /** what this node calls itself at the till until somebody names it */
  readonly name: string;
  /** written down by hand; null: whoever is found */
  readonly till_url: string | null;
  /** addresses that call themselves a till: hints, no more */
  readonly find: () => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly random: Random;
  readonly show: (shown: PairingShown) => void;
  /** asked again and again: has somebody at the tap said that both codes are the same? `reset` before each new code */
  readonly same: { given(): boolean; reset(): void };
  readonly log: (line: string) => void;
  readonly isOver?: () => boolean;
};

const POLL_MS = 2_000;
const LOOK_MS = 200;
const AGAIN_MS = 5_000;
const REFUSED_MS = 15_000;

/**
 * Asks until a till takes this node in. INVARIANTS:
 * - the key is made here and stays here; the number is committed to before the till's is known
 * - nothing is kept before people on both sides have said that both show the same code: the till by its answer, somebody at
 *   the tap by hand, because a stranger's till would say yes to anything
 * - from then on this CA alone counts
 */
export async function pairNode(options: PairingOptions): Promise<Identity | null> {
  const { directory, log } = options;
  makeDataFolder(directory);
  while (!options.isOver?.()) {
    try {
      const pending = loadPending(directory) ?? (await ask(options));
      const identity = pending && (await untilDecided(options, pending));
      if (identity) {
        saveIdentity(directory, identity);
        forgetPending(directory);
        return identity;
      }
      if (options.isOver?.()) return null;
      forgetPending(directory);
      await pause(options, AGAIN_MS);
    } catch (problem) {
      const why = problem instanceof Error ? problem.message : String(problem);
      log(`not paired yet: ${why}`);
      await pause(options, REFUSED_MS);
    }
  }
  return null;
}

async function ask(options: PairingOptions): Promise<PendingPairing | null> {
  const till_url = await chooseTill(options);
  if (till_url === null) return null;
  try {
    return await request(options, till_url);
  } catch (problem) {
    const why = problem instanceof Error ? problem.message : String(problem);
    options.show({ stage: 'no_answer', address: new URL(till_url).host, problem: why });
    throw problem;
  }
}

async function chooseTill({ till_url, find, show }: PairingOptions): Promise<string | null> {
  if (till_url !== null) return till_url;
  show({ stage: 'searching' });
  const addresses = await find();
  if (addresses.length > 1) show({ stage: 'several', addresses });
  return addresses.length === 1 ? (addresses[0] ?? null) : null;
}

const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

async function request(options: PairingOptions, till_url: string): Promise<PendingPairing> {
  const { ca, ca_spki_sha256 } = await presentedCaOf(new URL(till_url));
  const { key, csr } = await newKeyAndRequest();
  const node_nonce = options.random.hex(32);
  const node_spki_sha256 = sha256(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  const commitment = sha256(commitmentText({ node_spki_sha256, node_nonce }));
  const connection = connectLan({ till_url, ca, client: null });
  try {
    const { pairing } = connection.client;
    const asked = await pairing.request.mutate({ name: options.name, csr, commitment });
    const { pairing_id, till_nonce, bar_name } = asked;
    const code = pairingCode(sha256(codeText({ ca_spki_sha256, node_spki_sha256, node_nonce, till_nonce })));
    const pending = { till_url, ca, key, pairing_id, code, bar_name };
    await pairing.reveal.mutate({ pairing_id, nonce: node_nonce });
    savePending(options.directory, pending);
    return pending;
  } finally {
    await connection.close();
  }
}

/** Null: nobody came, or it was refused. */
async function untilDecided(options: PairingOptions, pending: PendingPairing): Promise<Identity | null> {
  const { clock, same } = options;
  const { till_url, ca, key, pairing_id, code, bar_name } = pending;
  options.log(`code ${code} at ${new URL(till_url).host}: compare it with the till's screen`);
  same.reset();
  const connection = connectLan({ till_url, ca, client: null });
  const until = clock.monotonic() + PAIRING_MS;
  let taken: Identity | null = null;
  let asked_at = -Infinity;
  try {
    while (clock.monotonic() < until && !options.isOver?.()) {
      options.show({ stage: 'code', code, bar_name, same: same.given(), taken: taken !== null });
      if (taken && same.given()) return taken;
      if (!taken && clock.monotonic() - asked_at >= POLL_MS) {
        asked_at = clock.monotonic();
        const answer = await connection.client.pairing.poll.query({ pairing_id }).catch(() => null);
        if (answer?.state === 'over') return null;
        if (answer?.state === 'paired' && isOurs(answer.certificate, { key, ca })) {
          const { node_id, tap_ids, certificate } = answer;
          taken = { till_url, node_id, tap_ids, key, certificate, ca };
        }
      }
      await pause(options, LOOK_MS);
    }
    return null;
  } finally {
    await connection.close();
  }
}

function pause({ clock }: PairingOptions, ms: number): Promise<void> {
  return new Promise((wake) => void clock.after(ms, wake));
}
