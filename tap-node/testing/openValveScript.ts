import { recordedValves } from '#tap-node/hardware/valves';

/* A node that does nothing but hold valve 1 open: `node openValveScript.ts <record>`. It says `open` when it is. */
const valves = recordedValves(process.argv[2] ?? '', (problem) => console.log(problem.message));
await valves.valveOf(1).open();
console.log('open');
setInterval(() => undefined, 1_000);
