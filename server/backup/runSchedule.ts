import { readdir } from 'node:fs/promises';
import type { Sequelize } from 'sequelize';
import type { StoredEvent } from '../events/tail.ts';
import { readSettings } from '../services/support/settings.ts';
import { backupNow } from './backupNow.ts';
import type { BackupResult } from './backupNow.ts';
import { newestBackup } from './files.ts';
import { decideBackup } from './schedule.ts';
import type { BackupSettings } from './settings.ts';

export interface ScheduleOptions {
  /** undefined: nothing is backed up by itself, which is said once */
  readonly settings: BackupSettings | undefined;
  readonly sequelize: Sequelize;
  /** the owner's URL, else the app's */
  readonly databaseUrl: string;
  readonly keysDir: string;
  readonly appVersion: string;
  readonly log: { info(sentence: string): void; warn(sentence: string): void };
  readonly now?: () => Date;
  readonly everyMs?: number;
  /** a parameter for tests */
  readonly backup?: typeof backupNow;
}

export interface BackupSchedule {
  /** for the event tail: a closed shift is backed up at once */
  hear(events: readonly StoredEvent[]): void;
  status(): { readonly last_ok_at: Date | undefined; readonly problem: string | undefined };
  /** waits for a backup that is being written */
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 60_000;

/** Backs the bar up when a shift was closed and every night, one at a time, and keeps the newest. A failure is said and tried again. */
export function startBackups(options: ScheduleOptions): BackupSchedule {
  const { settings, log, now = () => new Date(), everyMs = LOOK_EVERY_MS } = options;
  const state: { last_ok_at?: Date; last_try_at?: Date; shift_closed_at?: Date; problem?: string } = {};
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  async function look(given: BackupSettings): Promise<void> {
    const { bar, incarnation } = await readSettings(options.sequelize);
    state.last_ok_at ??= newestBackup(await readdir(given.to).catch(() => []), incarnation);
    const { last_ok_at, last_try_at, shift_closed_at } = state;
    const at = now();
    const why = decideBackup({ now: at, time_zone: bar.time_zone, last_ok_at, last_try_at, shift_closed_at });
    if (!why) return;
    state.last_try_at = at;
    const { databaseUrl, keysDir, appVersion } = options;
    const made = await (options.backup ?? backupNow)({
      ...given,
      databaseUrl,
      keysDir,
      appVersion,
      now: () => at,
    });
    state.last_ok_at = at;
    state.problem = secondProblem(made);
    log.info(`Backup (${why.replace('_', ' ')}): ${made.file}, ${made.rows} rows, ${made.bytes} bytes.`);
    if (state.problem) log.warn(state.problem);
  }

  function poke(): void {
    if (!settings || stopped) return;
    again = true;
    running ??= run(settings).finally(() => (running = undefined));
  }

  async function run(given: BackupSettings): Promise<void> {
    while (again && !stopped) {
      again = false;
      await look(given).catch((error: unknown) => {
        state.problem = error instanceof Error ? error.message : String(error);
        log.warn(state.problem);
      });
    }
  }

  if (!settings) log.warn('No automatic backups: set TAPTILL_BACKUP_DIR and TAPTILL_BACKUP_PASSPHRASE_FILE.');
  const timer = setInterval(poke, everyMs);
  timer.unref();
  poke();
  return {
    hear: (events) => {
      if (!events.some(({ event }) => event.type === 'shift.changed' && event.details['state'] === 'closed'))
        return;
      state.shift_closed_at = now();
      poke();
    },
    status: () => ({ last_ok_at: state.last_ok_at, problem: state.problem }),
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

const secondProblem = ({ second }: BackupResult): string | undefined =>
  second && 'problem' in second ? `The backup has no second copy. ${second.problem}` : undefined;
