import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from './identity.ts';

/** A request that this node has made and whose answer it may not have heard yet: a power cut must not lose its key. */
const pendingPairing = z.object({
  till_url: z.url(),
  ca: z.string(),
  key: z.string(),
  pairing_id: z.uuid(),
  code: z.string(),
  bar_name: z.string(),
});
export type PendingPairing = z.infer<typeof pendingPairing>;

const fileIn = (directory: string): string => join(directory, 'pairing.json');

export function savePending(directory: string, pending: PendingPairing): void {
  writeDurably(fileIn(directory), `${JSON.stringify(pending)}\n`);
}

/** Null: nothing is under way, or what lies there is of no use. */
export function loadPending(directory: string): PendingPairing | null {
  try {
    return pendingPairing.parse(JSON.parse(readFileSync(fileIn(directory), 'utf8')));
  } catch {
    return null;
  }
}

export function forgetPending(directory: string): void {
  rmSync(fileIn(directory), { force: true });
}
