import type { Sequelize } from 'sequelize';
import type { TillLife } from '#domain/node/tillLife';
import { queryOne } from '../db/query.ts';

/** Which till this is, for nodes that have heard another (H27). Asked after the commit that it answers with. */
export async function tillLife({ sequelize }: { sequelize: Sequelize }): Promise<TillLife> {
  return queryOne<TillLife>(
    sequelize,
    `SELECT (SELECT value #>> '{}' FROM settings WHERE key = 'incarnation') AS incarnation,
       coalesce((SELECT value::bigint FROM settings WHERE key = 'generation'), 1) AS generation,
       (SELECT coalesce(max(id), 0) FROM audit_events) AS commit_mark`,
  );
}
