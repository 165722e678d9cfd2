/** One row per `client_tx_id`: granted, refused (the refusal is stored) or burnt (a tombstone: never granted any more). */
export const ATTEMPT_OUTCOMES = ['granted', 'refused', 'burnt'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];
