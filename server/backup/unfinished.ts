import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BackupError } from './backupError.ts';

/** Stands in a data directory from the first moment of a restore to its last. */
export const UNFINISHED = 'restore-unfinished.txt';

/** Half a restored bar looks like a whole one, so neither a start nor a second restore goes on with it. @throws BackupError */
export function assertNoUnfinishedRestore(dataDir: string): void {
  if (!existsSync(join(dataDir, UNFINISHED))) return;
  throw new BackupError(
    `An earlier restore into ${dataDir} was interrupted: delete that folder and restore again.`,
  );
}
