import { isIPv6 } from 'node:net';
import makeMdns from 'multicast-dns';
import { TILL_SERVICE } from '#domain/protocol/discovery';

type MdnsOptions = Parameters<typeof makeMdns>[0];

const LISTEN_MS = 3_000;
const ASK_EVERY_MS = 1_000;
/** A network that shouts is not listened to without end. */
const TILLS_AT_MOST = 8;

/** Addresses that call themselves a till on this network. Anybody may: nothing is sent to them that a stranger may not know. */
export function findTills(mdnsOptions?: MdnsOptions, listen_ms = LISTEN_MS): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const found = new Set<string>();
    const mdns = makeMdns(mdnsOptions);
    const ask = (): void => mdns.query({ questions: [{ name: TILL_SERVICE, type: 'PTR' }] });
    const again = setInterval(ask, ASK_EVERY_MS);
    const end = setTimeout(() => finish(), listen_ms);
    const finish = (): void => {
      clearInterval(again);
      clearTimeout(end);
      mdns.destroy();
      resolve([...found].sort());
    };
    // no multicast here: the address is written by hand
    mdns.on('error', finish);
    mdns.on('warning', () => undefined);
    mdns.on('response', ({ answers, additionals }, { address }) => {
      for (const record of [...answers, ...additionals])
        if (record.type === 'SRV' && record.name.endsWith(`.${TILL_SERVICE}`) && found.size < TILLS_AT_MOST)
          found.add(`https://${isIPv6(address) ? `[${address}]` : address}:${record.data.port}`);
    });
    mdns.on('ready', ask);
  });
}
