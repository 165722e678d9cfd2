import { parseArgs } from 'node:util';
import { templateCluster } from '#server/testing/templateCluster';
import { runSeed } from './runSeed.ts';
import type { SeedResult } from './runSeed.ts';
import { simDatabase } from './simDatabase.ts';
import { addUp, describeFailure, STEPS } from './tally.ts';

const HELP = `npm run sim -- [--seeds 100] [--from 1] [--steps 200] [--seed N] [--trace] [--json]

Whole evenings of a bar over virtual time: the real node and the real services on real PostgreSQL, with faults drawn from a seed.
Ends with 1 when a rule was broken. --seed N --trace prints all that happened in one of them.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      steps: { type: 'string', default: String(STEPS) },
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const from = wholeNumber('--seed', values.seed ?? values.from);
  const count = values.seed === undefined ? wholeNumber('--seeds', values.seeds) : 1;
  const steps = wholeNumber('--steps', values.steps);
  const cluster = await templateCluster();
  const { adminUrl, ownerUrl, appUrl } = cluster.cluster;
  const totals = new Map<string, number>();
  const failed: SeedResult[] = [];
  const began = performance.now();
  try {
    const db = await simDatabase({ adminUrl, ownerUrl, appUrl });
    for (let seed = from; seed < from + count; seed++) {
      const result = await runSeed({
        db,
        seed,
        steps,
        ...(values.trace && { print: (line) => console.log(line) }),
      });
      addUp(totals, result.counts);
      if (result.violations.length === 0) continue;
      failed.push(result);
      if (!values.json) console.log(describeFailure(result));
    }
    await db.drop();
  } finally {
    await cluster.remove();
  }
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  if (values.json)
    console.log(
      JSON.stringify({
        seeds: count,
        from,
        steps,
        seconds,
        failed: failed.map(({ seed, violations }) => ({ seed, violations })),
        counts: Object.fromEntries([...totals].sort()),
      }),
    );
  else {
    for (const [name, times] of [...totals].sort()) console.log(`${String(times).padStart(8)}  ${name}`);
    console.log(
      `${count - failed.length} of ${count} seeds kept every rule (${steps} steps each, ${seconds} s).`,
    );
  }
  if (failed.length > 0) process.exitCode = 1;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`${name} must be a whole number, not ${text}`);
  return value;
}

await main();
