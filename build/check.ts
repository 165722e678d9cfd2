/**
 * `npm run check`: types, lint, format and dependency rules. Every stage runs, so that one call shows all there is. Most of them
 * use one core, so the types run beside the others.
 */
import { run } from './lib/run.ts';

type Stage = readonly [name: string, program: string, args: readonly string[]];
const TYPES: Stage = ['types', 'tsc', ['-b']];
const OTHERS: readonly Stage[] = [
  ['lint', 'oxlint', ['--deny-warnings']],
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  [
    'dependencies',
    'depcruise',
    [
      '--config',
      '.dependency-cruiser.cjs',
      'domain',
      'server',
      'tap-node',
      'electron',
      'packages/card-reader',
      'renderer',
      'build',
      'e2e',
    ],
  ],
];

const failed: string[] = [];
async function pass([name, program, args]: Stage): Promise<void> {
  console.log(`— ${name}`);
  if ((await run(program, args)) !== 0) failed.push(name);
}
async function passAll(stages: readonly Stage[]): Promise<void> {
  for (const stage of stages) await pass(stage);
}

await Promise.all([pass(TYPES), passAll(OTHERS)]);
console.log(failed.length === 0 ? 'check: all clean' : `check: failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
