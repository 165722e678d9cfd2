import { defineConfig } from 'vitest/config';

/** Tests that start processes and databases on two busy cores need patience, not retries. */
const patient = { testTimeout: 120_000, hookTimeout: 180_000 };
const postgres = { globalSetup: ['server/testing/globalSetup.ts'] };

export default defineConfig({
  test: {
    pool: 'forks',
    // Two more than the cores that are promised: what waits for processes and locks leaves them free.
    maxWorkers: 4,
    allowOnly: false,
    projects: [
      { test: { name: 'domain', include: ['domain/**/*.test.ts'], testTimeout: 20_000 } },
      { test: { name: 'server', include: ['server/**/*.test.ts'], ...patient, ...postgres } },
      { test: { name: 'node', include: ['tap-node/**/*.test.ts'], ...patient, ...postgres } },
      {
        test: {
          name: 'fault',
          include: ['e2e/fault/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'sim',
          include: ['e2e/sim/**/*.test.ts'],
          testTimeout: 2_400_000,
          hookTimeout: 180_000,
          ...postgres,
        },
      },
      { test: { name: 'build', include: ['build/**/*.test.ts', 'electron/**/*.test.ts'], ...patient } },
      {
        test: { name: 'renderer', include: ['renderer/**/*.test.ts', 'renderer/**/*.test.tsx'], ...patient },
      },
    ],
  },
});
