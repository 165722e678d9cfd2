import type { AboutWire } from '#domain/protocol/about';
import { PROTOCOL_VERSION } from '#domain/protocol/node';
import { VERSION } from '#domain/version';
import type { BackupState } from '../backup/watch.ts';
import { queryOne } from '../db/query.ts';
import type { Deps } from '../services/support/deps.ts';

/** What runs here: for the engineer on the phone. No names, no addresses, no secrets. */
export async function about(
  deps: Pick<Deps, 'sequelize' | 'clock'>,
  { incarnation, backup }: { incarnation: string; backup: BackupState },
): Promise<AboutWire> {
  const { version } = await queryOne<{ version: string }>(
    deps.sequelize,
    `SELECT current_setting('server_version') AS version`,
  );
  const { scheduled, second_place, last_ok_at, problem } = backup;
  return {
    version: VERSION,
    protocol_version: PROTOCOL_VERSION,
    node: process.versions.node,
    postgresql: version,
    platform: `${process.platform} ${process.arch}`,
    incarnation,
    started_at: new Date(deps.clock.now().getTime() - process.uptime() * 1000).toISOString(),
    backup: {
      scheduled,
      second_place,
      last_at: last_ok_at?.toISOString() ?? null,
      problem: problem ?? null,
    },
  };
}
