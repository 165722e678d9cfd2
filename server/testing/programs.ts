import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `npm test` has just made the bundles: they are what a bar runs, and start in a third of the time. Else the sources. */
const bundled = process.env['TEST_BUNDLES'] === '1';

/** What a test starts as a process of its own. */
export const SERVER_PROGRAM = join(ROOT, bundled ? 'out/server/main.cjs' : 'server/main.ts');
export const TAP_PROGRAM = join(ROOT, bundled ? 'out/tap-node/main.mjs' : 'tap-node/main.ts');
