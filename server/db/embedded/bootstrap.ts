import pg from 'pg';

/** The names inside the embedded cluster. An external server may use others: they come with its URLs. */
export const ROLES = { admin: 'postgres', owner: 'taptill_owner', app: 'taptill_app' } as const;
export const DATABASE = 'taptill';

export interface Passwords {
  readonly admin: string;
  readonly owner: string;
  readonly app: string;
}

/**
 * Makes the two roles and the database where they are missing. Every step may have been the last one before a
 * power cut, so each looks for itself.
 */
export async function prepareRoles(adminUrl: string, passwords?: Passwords): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await makeRole(client, ROLES.owner, passwords?.owner);
    await makeRole(client, ROLES.app, passwords?.app);
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (known.rowCount === 0) {
      await client.query(`CREATE DATABASE ${DATABASE} OWNER ${ROLES.owner}`);
    }
    await client.query(`REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${DATABASE} TO ${ROLES.app}`);
  } finally {
    await client.end();
  }
}

async function makeRole(client: pg.Client, role: string, password?: string): Promise<void> {
  const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (known.rowCount === 0) {
    await client.query(`CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION`);
  }
  if (password !== undefined) await client.query(`ALTER ROLE ${role} PASSWORD ${pg.escapeLiteral(password)}`);
}
