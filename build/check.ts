/**
 * `npm run check`: types, lint, format and dependency rules. Every stage runs, so that one call shows all there is. Lint takes as
 * long as the others together and none of them uses a second core, so it runs beside them.
 */
import { run } from './lib/run.ts';

type Stage = readonly [name: string, program: string, args: readonly string[]];
const LINT: Stage = ['lint', 'eslint', ['.', '--max-warnings', '0']];
const OTHERS: readonly Stage[] = [
  ['types', 'tsc', ['-b']],
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

await Promise.all([pass(LINT), passAll(OTHERS)]);
console.log(failed.length === 0 ? 'check: all clean' : `check: failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
