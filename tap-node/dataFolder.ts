import { accessSync, constants, mkdirSync } from 'node:fs';

/** Where a node keeps its key and its journal: made when it is not there, for its owner only. @throws in one sentence */
export function makeDataFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `The folder ${directory} cannot be used (${code ?? String(error)}): name another with --data, or let this user write there.`,
      { cause: error },
    );
  }
}
