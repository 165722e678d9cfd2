export const SYNC_STATUSES = ['synced', 'pending_sync', 'reconciled', 'void'] as const;
export type SyncStatus = (typeof SYNC_STATUSES)[number];

export const POUR_SOURCES = ['meter', 'manual'] as const;
export type PourSource = (typeof POUR_SOURCES)[number];

/** Why a pour ended, as the node journalled it. */
export const END_REASONS = [
  'card_removed',
  'limit',
  'idle',
  'time_cap',
  'stopped',
  'kick',
  'power_loss',
  'reader_lost',
  'fault',
] as const;
export type EndReason = (typeof END_REASONS)[number];

/** The answer to every authentic report, after commit. */
export const VERDICTS = [
  'accepted',
  'duplicate',
  'late_sync_matched',
  'late_sync_mismatch',
  'quarantined',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A stored report has any verdict but `duplicate`: a duplicate adds no row. */
export type StoredVerdict = Exclude<Verdict, 'duplicate'>;
