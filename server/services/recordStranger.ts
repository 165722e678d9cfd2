import { inTransaction } from '#server/db/inTransaction';
import { query } from '#server/db/query';
import { appendAudit } from './support/appendAudit.ts';
import type { Deps } from './support/deps.ts';

export type Stranger = {
  readonly address: string;
  /** of a certificate of this till's authority */
  readonly spki_sha256: string | undefined;
  /** a certificate was shown, and it is not of this till's authority */
  readonly foreign: boolean;
};
export type StrangerWhy = 'no_certificate' | 'foreign_certificate' | 'unknown_key' | 'revoked' | 'expired';

/** Somebody asked for what only a node may have. Says why not, for whoever looks into the trail. */
export async function recordStranger(deps: Deps, { address, spki_sha256, foreign }: Stranger): Promise<void> {
  await inTransaction(deps.sequelize, async (unit) => {
    const [node] = await query<{ id: number; state: string }>(
      unit,
      'SELECT id, state FROM nodes WHERE spki_sha256 = $1 OR next_spki_sha256 = $1',
      [spki_sha256 ?? ''],
    );
    const known: StrangerWhy = node?.state === 'revoked' ? 'revoked' : node ? 'expired' : 'unknown_key';
    const why: StrangerWhy = foreign ? 'foreign_certificate' : spki_sha256 ? known : 'no_certificate';
    await appendAudit(unit, {
      action: 'security.node_refused',
      node_id: node?.id ?? null,
      details: { why, address },
    });
  });
}
