import { inject } from 'vitest';
import { cloneDatabase } from './cloneDatabase.ts';
import type { TestDatabase } from './cloneDatabase.ts';
import type {} from './globalSetup.ts';

export type { TestDatabase };

/** A database of its own, cloned from the migrated template. Call it once per test file and `drop()` it at the end. */
export const testDatabase = (): Promise<TestDatabase> => cloneDatabase(inject('testCluster'));
