import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { BackupError } from './backupError.ts';
import { requirePassphrase } from './encryption.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What the environment says of automatic backups. */
export interface BackupSettings {
  readonly to: string;
  readonly second?: string;
  readonly passphrase: string;
  readonly keep: number;
}

const KEEP = 30;

/** From a file (its first line) or from the environment. @throws BackupError when there is none or it is too short */
export function readPassphrase(env: Env, file = env['TAPTILL_BACKUP_PASSPHRASE_FILE']): string {
  if (!file) return requirePassphrase(env['TAPTILL_BACKUP_PASSPHRASE']);
  try {
    return requirePassphrase(readFileSync(file, 'utf8').split(/\r?\n/, 1)[0]);
  } catch (cause) {
    if (cause instanceof BackupError) throw cause;
    throw new BackupError(`The passphrase file ${file} cannot be read.`, { cause });
  }
}

/** undefined: no place is named, so nothing is backed up by itself. @throws BackupError naming the variable that is wrong */
export function readBackupSettings(env: Env): BackupSettings | undefined {
  const to = env['TAPTILL_BACKUP_DIR'];
  if (!to) return undefined;
  const second = env['TAPTILL_BACKUP_SECOND_DIR'];
  return {
    to: resolve(to),
    ...(second && { second: resolve(second) }),
    passphrase: readPassphrase(env),
    keep: readKeep(env['TAPTILL_BACKUP_KEEP']),
  };
}

/** How many backups stay in each place. */
export function readKeep(text: string | undefined): number {
  if (!text) return KEEP;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new BackupError(
    `TAPTILL_BACKUP_KEEP is "${text}": it must be how many backups to keep, from 1 to 9999.`,
  );
}
