/**
 * `npm test`: everything. Installs or names the system packages, checks, bundles, runs the unit, service, race and node tests,
 * then the journeys in Chromium and in the Electron shell. Ends with `N passed, N failed`.
 * `npm run e2e` is the same from the bundles on, journeys only.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ROOT, run } from './lib/run.ts';
import { ensureTestPackages } from './systemPackages.ts';

type Tally = { passed: number; failed: number };
const RESULTS = path.join(ROOT, 'out', 'test');
const onlyJourneys = process.argv.includes('--e2e');

/** A stage without a readable result failed, whatever its exit code said. */
function tally(file: string, read: (json: never) => Tally, exitCode: number): Tally {
  try {
    const counts = read(JSON.parse(readFileSync(path.join(RESULTS, file), 'utf8')) as never);
    const nothingRan = counts.passed + counts.failed === 0;
    return exitCode !== 0 && counts.failed === 0
      ? { ...counts, failed: 1 }
      : nothingRan
        ? { passed: 0, failed: 1 }
        : counts;
  } catch {
    return { passed: 0, failed: 1 };
  }
}

async function check(): Promise<Tally> {
  return (await run('node', ['build/check.ts'])) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function bundle(): Promise<Tally> {
  const code = await run('node', [
    'build/bundle.ts',
    'electron',
    'server',
    'station',
    'tap-node',
    'renderer',
  ]);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function vitest(): Promise<Tally> {
  const code = await run(
    'vitest',
    [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${path.join(RESULTS, 'vitest.json')}`,
    ],
    { TEST_BUNDLES: '1' },
  );
  return tally(
    'vitest.json',
    (r: { numPassedTests: number; numFailedTests: number; numFailedTestSuites: number }) => ({
      passed: r.numPassedTests,
      failed: Math.max(r.numFailedTests, Math.min(1, r.numFailedTestSuites)),
    }),
    code,
  );
}

async function journeys(): Promise<Tally> {
  const code = await run('playwright', ['test', ...process.argv.slice(2).filter((arg) => arg !== '--e2e')], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(RESULTS, 'playwright.json'),
    TEST_BUNDLES: '1',
  });
  return tally(
    'playwright.json',
    (r: { stats: { expected: number; unexpected: number; flaky: number } }) => ({
      passed: r.stats.expected,
      failed: r.stats.unexpected + r.stats.flaky,
    }),
    code,
  );
}

// Some two hundred processes are started; each then loads what the first has compiled.
process.env['NODE_COMPILE_CACHE'] ??= path.join(ROOT, '.cache', 'node-compile');

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });
await ensureTestPackages();

const total: Tally = { passed: 0, failed: 0 };
const stages = onlyJourneys ? [bundle, journeys] : [check, bundle, vitest, journeys];
for (const stage of stages) {
  const counts = await stage();
  console.log(`${stage.name}: ${counts.passed} passed, ${counts.failed} failed`);
  total.passed += counts.passed;
  total.failed += counts.failed;
  if (stage === bundle && counts.failed > 0) break;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
