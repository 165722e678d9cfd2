import { connect, type Server } from 'node:net';

/** Runs in another network: what comes to a socket that its parent opened goes to a port of the loopback there. */
process.on('message', (port: number, server: Server) => {
  server.on('connection', (here) => {
    const there = connect({ port, host: '127.0.0.1' });
    here.pipe(there).pipe(here);
    for (const [one, other] of [
      [here, there],
      [there, here],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  process.send?.('open');
});
process.on('disconnect', () => process.exit());
