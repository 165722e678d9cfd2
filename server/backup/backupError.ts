/** What went wrong with a backup, in one sentence for the person who asked for it. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
