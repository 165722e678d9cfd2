import { hostname } from 'node:os';
import makeMdns from 'multicast-dns';
import { TILL_SERVICE } from '#domain/protocol/discovery';

type Mdns = ReturnType<typeof makeMdns>;
export type MdnsOptions = Parameters<typeof makeMdns>[0];

const TTL_SECONDS = 120;

/**
 * Answers whoever looks for a till, with its port. It is a hint: a node trusts nobody for it. A network without multicast, or
 * another program at the port, is no reason not to sell: it is said once.
 */
export function announceTill(options: {
  port: number;
  onProblem: (problem: Error) => void;
  mdns?: MdnsOptions;
}): () => Promise<void> {
  const mdns = makeMdns(options.mdns);
  let said = false;
  const say = (problem: Error): void => {
    if (!said) options.onProblem(problem);
    said = true;
  };
  mdns.on('error', say);
  mdns.on('warning', say);
  mdns.on('query', ({ questions }) => {
    if (questions.some(({ name, type }) => name === TILL_SERVICE && ['PTR', 'ANY'].includes(type)))
      answer(mdns, options.port);
  });
  mdns.on('ready', () => answer(mdns, options.port));
  return () => new Promise((resolve) => mdns.destroy(() => resolve()));
}

/** Where the answer comes from is the till's address: it need not know its own. */
function answer(mdns: Mdns, port: number): void {
  const host = hostname().split('.')[0] || 'till';
  const instance = `${host}-${port}.${TILL_SERVICE}`;
  mdns.respond({
    answers: [{ name: TILL_SERVICE, type: 'PTR', ttl: TTL_SECONDS, data: instance }],
    additionals: [
      { name: instance, type: 'SRV', ttl: TTL_SECONDS, data: { port, target: `${host}.local` } },
      { name: instance, type: 'TXT', ttl: TTL_SECONDS, data: 'v=1' },
    ],
  });
}
