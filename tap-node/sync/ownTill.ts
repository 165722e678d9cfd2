import { saveIdentity } from '#tap-node/pairing/identity';
import type { Identity } from '#tap-node/pairing/identity';
import { isOurs, newKeyAndRequest } from '#tap-node/pairing/keyAndRequest';
import type { Till } from './till.ts';
import { connectLan, trpcTill } from './trpcTill.ts';

/**
 * The till of this node's identity. When its certificate is renewed, the new key is written down first, then spoken with; the
 * old connection ends, and who watched there is told so and comes back.
 */
export function ownTill(start: { directory: string; till_url: string; identity: Identity }): Till {
  const { directory, till_url } = start;
  let { identity } = start;
  let connection = open();
  let till = trpcTill(connection);
  /** a subscription tries the connection that it began with for ever: who watches is told to begin anew */
  const watchers = new Set<(problem: string) => void>();

  function open() {
    const { ca, key, certificate } = identity;
    return connectLan({ till_url, ca, client: { key, certificate } });
  }

  return {
    hello: (input) => till.hello(input),
    heartbeat: (input) => till.heartbeat(input),
    authorise: (input) => till.authorise(input),
    settle: (reports) => till.settle(reports),
    cancel: (input) => till.cancel(input),
    clean: (input) => till.clean(input),
    progress: (input) => till.progress(input),
    flow: (input) => till.flow(input),
    watch(onCommand, onProblem) {
      const end = till.watch(onCommand, onProblem);
      watchers.add(onProblem);
      return () => {
        watchers.delete(onProblem);
        end();
      };
    },
    close: () => till.close(),
    async renew() {
      const { key, csr } = await newKeyAndRequest();
      const { certificate } = await connection.client.node.renew.mutate({ csr });
      if (!isOurs(certificate, { key, ca: identity.ca }))
        throw new Error('the till’s answer is not for this node’s key');
      identity = { ...identity, key, certificate };
      saveIdentity(directory, identity);
      const before = connection;
      connection = open();
      till = trpcTill(connection);
      for (const onProblem of [...watchers]) onProblem('the certificate was renewed');
      await before.close();
    },
  };
}
