import { z } from 'zod';

/** What runs here, and how old the newest backup is. */
const instant = z.iso.datetime();
export const aboutWire = z.object({
  version: z.string(),
  protocol_version: z.number().int(),
  node: z.string(),
  postgresql: z.string(),
  platform: z.string(),
  /** of this life of the database */
  incarnation: z.string(),
  started_at: instant,
  backup: z.object({
    /** false: the server was not told where to */
    scheduled: z.boolean(),
    second_place: z.boolean(),
    /** null: none is known to this server */
    last_at: instant.nullable(),
    /** why the last try failed, in the server's words */
    problem: z.string().nullable(),
  }),
});
export type AboutWire = z.infer<typeof aboutWire>;
