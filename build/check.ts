/** `npm run check`: types, lint, format and dependency rules. Every stage runs, so that one call shows all there is. */
import { run } from './lib/run.ts';

const STAGES: readonly (readonly [string, string, readonly string[]])[] = [
  ['types', 'tsc', ['-b']],
  ['lint', 'eslint', ['.', '--max-warnings', '0']],
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
for (const [name, program, args] of STAGES) {
  console.log(`— ${name}`);
  if ((await run(program, args)) !== 0) failed.push(name);
}
console.log(failed.length === 0 ? 'check: all clean' : `check: failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
