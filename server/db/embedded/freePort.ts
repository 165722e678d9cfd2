import { createServer } from 'node:net';

/** The wanted port of the loopback interface if it is free, any free one for 0. */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string')
    throw new Error('No free TCP port on 127.0.0.1 for PostgreSQL.');
  return address.port;
}
