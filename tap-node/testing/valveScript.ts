import { gpioValves } from '#tap-node/hardware/valves';
import type { HolderStart } from '#tap-node/hardware/holderWords';

/*
 * A node that does nothing but hold its first valve open: `node valveScript.ts <gpio as JSON>`. It says `open` when it is,
 * and every event of its valves.
 */
const gpio = JSON.parse(process.argv[2] ?? '') as NonNullable<HolderStart['gpio']>;
const valves = gpioValves(gpio, {
  lost: (tap, why) => console.log(`lost ${tap} ${why}`),
  held: (tap) => console.log(`held ${tap}`),
});
await valves.valveOf(0).close();
await valves.valveOf(0).open();
console.log('open');
process.on('SIGTERM', () => valves.release());
setInterval(() => undefined, 1_000);
