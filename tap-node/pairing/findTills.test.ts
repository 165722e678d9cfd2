import makeMdns from 'multicast-dns';
import { expect, it } from 'vitest';
import { announceTill } from '#server/discovery/announceTill';
import { findTills } from './findTills.ts';

const PORT = 15_000 + (process.pid % 20_000);
const here = { port: PORT, interface: '127.0.0.1', bind: '0.0.0.0', ip: '224.0.0.251', loopback: true };
const problems: string[] = [];
const announce = (port: number) =>
  announceTill({ port, mdns: here, onProblem: (problem) => problems.push(problem.message) });

it('a node finds the tills that answer, each by where it answers from and its port', async () => {
  const ends = [announce(8766), announce(9766)];
  await expect
    .poll(() => findTills(here, 1_500), { timeout: 30_000 })
    .toEqual(['https://127.0.0.1:8766', 'https://127.0.0.1:9766']);
  for (const end of ends) await end();
  expect(problems).toEqual([]);
});

it('other services are no tills, and a network that shouts is not listened to without end', async () => {
  const shouter = makeMdns(here);
  shouter.on('query', () => {
    const record = (name: string, port: number) => ({
      name,
      type: 'SRV' as const,
      ttl: 1,
      data: { port, target: 'x.local' },
    });
    shouter.respond({
      answers: [
        record('printer._ipp._tcp.local', 631),
        ...Array.from({ length: 20 }, (_, n) => record(`t${n}._taptill._tcp.local`, 9000 + n)),
      ],
    });
  });
  const found = await findTills(here, 1_500);
  expect(found).not.toContain('https://127.0.0.1:631');
  expect(found).toHaveLength(8);
  await new Promise<void>((resolve) => shouter.destroy(() => resolve()));
});

it('where there is no multicast nothing is found, and nothing breaks', async () => {
  expect(await findTills({ ...here, bind: '203.0.113.1' }, 1_500)).toEqual([]);
});
