import { z } from 'zod';
import { POS_KINDS } from '../pos/kinds.ts';
import { id } from './till.ts';

/** What the cash register was told, or will be. */
const count = z.number().int().min(0);
const instant = z.iso.datetime();

export const posRecentInput = z.strictObject({
  kind: z.enum(POS_KINDS).nullable().default(null),
  waiting_only: z.boolean().default(false),
  before_id: id.nullable().default(null),
  limit: z.number().int().min(1).max(200).default(50),
});
export type PosRecentInput = z.output<typeof posRecentInput>;
export const posRow = z.object({
  id,
  kind: z.enum(POS_KINDS),
  key: z.string(),
  payload: z.record(z.string(), z.unknown()),
  created_at: instant,
  delivered_at: instant.nullable(),
  attempts: count,
  last_error: z.string().nullable(),
  /** of one that waits */
  next_attempt_at: instant.nullable(),
});
export type PosRow = z.infer<typeof posRow>;
export const posRecentAnswer = z.object({ waiting: count, rows: z.array(posRow) });
export type PosRecentAnswer = z.infer<typeof posRecentAnswer>;
