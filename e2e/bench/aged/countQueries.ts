import type { ClientBase } from 'pg';
import type { Sequelize } from 'sequelize';

export interface Queries {
  /** sent to the database, BEGIN and COMMIT among them */
  readonly statements: number;
  /** how often one was sent while no answer was outstanding: what the wait for the database is made of */
  readonly round_trips: number;
}

/** Counts what goes over the connections that this pool opens from now on. */
export function countQueries(sequelize: Sequelize): () => Queries {
  const count = { statements: 0, round_trips: 0 };
  sequelize.addHook('afterConnect', (connection) => {
    const client = connection as ClientBase;
    const ask = client.query.bind(client) as (...args: unknown[]) => unknown;
    let outstanding = 0;
    const counted = (...args: unknown[]): unknown => {
      count.statements += 1;
      if (outstanding === 0) count.round_trips += 1;
      outstanding += 1;
      const answered = (): void => void (outstanding -= 1);
      const last = args.at(-1);
      if (typeof last === 'function') {
        const call = last as (...answer: unknown[]) => unknown;
        return ask(...args.slice(0, -1), (...answer: unknown[]) => (answered(), call(...answer)));
      }
      const asked = ask(...args) as Promise<unknown>;
      asked.then(answered, answered);
      return asked;
    };
    Object.assign(client, { query: counted });
  });
  return () => ({ ...count });
}
