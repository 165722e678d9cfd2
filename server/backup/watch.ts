/** How the automatic backups stand, as the screens may ask. */
export interface BackupState {
  readonly scheduled: boolean;
  readonly second_place: boolean;
  readonly last_ok_at: Date | undefined;
  readonly problem: string | undefined;
}

export interface BackupWatch {
  now(): BackupState;
  /** who knows it, once the schedule runs */
  ask(source: () => BackupState): void;
}

const NONE: BackupState = {
  scheduled: false,
  second_place: false,
  last_ok_at: undefined,
  problem: undefined,
};

export function backupWatch(): BackupWatch {
  let source = (): BackupState => NONE;
  return {
    now: () => source(),
    ask(next) {
      source = next;
    },
  };
}
