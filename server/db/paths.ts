import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the resolution of the data directory looks at; a parameter so that every platform can be tested. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/**
 * Where Taptill keeps everything of one bar: `pg/` (database), `keys/` (secrets), `run/` (socket).
 * `TAPTILL_DATA_DIR` wins; otherwise the place where the platform keeps applications' data.
 */
export function dataDirectory(around: Partial<Surroundings> = {}): string {
  const { env = process.env, platform = process.platform, home = homedir() } = around;
  const chosen = env['TAPTILL_DATA_DIR'];
  if (chosen) return resolve(chosen);
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Taptill');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Taptill');
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'taptill');
}

/** The migrations of a checkout; a packaged Taptill passes its own folder (`import.meta` is empty in a bundle). */
export function checkoutMigrations(): string {
  const here: string | undefined = import.meta.url;
  return (
    process.env['TAPTILL_MIGRATIONS_DIR'] ??
    (here ? fileURLToPath(new URL('../../migrations', here)) : resolve('migrations'))
  );
}
