import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FLAGS, type Flag, type Flags } from '#domain/flags';
import { readBackupSettings, type BackupSettings } from '#server/backup/settings';
import { checkoutMigrations, dataDirectory } from '#server/db/paths';

/** Everything that the environment decides. docs: README, "Settings of the server's process". */
export interface Config {
  readonly dataDir: string;
  readonly migrationsDir: string;
  /** the built renderer, for browsers; without it the server only answers programs */
  readonly rendererDir: string | undefined;
  readonly httpPort: number;
  readonly lanPort: number;
  readonly lanHost: string | undefined;
  /** taps that belong to no bar may find this till by mDNS */
  readonly announce: boolean;
  /** another PostgreSQL than the embedded one */
  readonly appUrl: string | undefined;
  readonly ownerUrl: string | undefined;
  readonly pgBinDir: string | undefined;
  readonly flagOverrides: Partial<Flags>;
  /** undefined: nothing is backed up by itself */
  readonly backups: BackupSettings | undefined;
  readonly logLevel: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const HTTP_PORT = 8765;
const LAN_PORT = 8766;
const ON = ['on', 'true', '1'];
const OFF = ['off', 'false', '0'];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];

/** @throws Error that names the variable and what it must be */
export function readConfig(env: Env): Config {
  const migrationsDir = resolve(env['TAPTILL_MIGRATIONS_DIR'] || checkoutMigrations());
  return {
    dataDir: dataDirectory({ env }),
    migrationsDir,
    rendererDir: rendererDir(env, migrationsDir),
    httpPort: port(env, 'TAPTILL_HTTP_PORT', HTTP_PORT),
    lanPort: port(env, 'TAPTILL_LAN_PORT', LAN_PORT),
    lanHost: env['TAPTILL_LAN_HOST'] || undefined,
    announce: announce(env),
    appUrl: env['DATABASE_URL'] || undefined,
    ownerUrl: env['DATABASE_OWNER_URL'] || undefined,
    pgBinDir: env['TAPTILL_PG_BIN_DIR'] || undefined,
    flagOverrides: flagOverrides(env),
    backups: readBackupSettings(env),
    logLevel: logLevel(env),
  };
}

function rendererDir(env: Env, migrationsDir: string): string | undefined {
  const named = env['TAPTILL_RENDERER_DIR'];
  const dir = named ? resolve(named) : join(migrationsDir, '..', 'out', 'renderer');
  if (existsSync(join(dir, 'index.html'))) return dir;
  if (named)
    throw new Error(
      `TAPTILL_RENDERER_DIR is ${dir}, where there is no index.html: build the renderer, or leave the variable out.`,
    );
  return undefined;
}

function port(env: Env, name: string, otherwise: number): number {
  const text = env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
  throw new Error(`${name} is "${text}": it must be a port from 1 to 65535, or 0 for any free one.`);
}

/** Unless it is switched off, or nobody but this machine could come. */
function announce(env: Env): boolean {
  const text = env['TAPTILL_MDNS']?.toLowerCase() || 'on';
  if (![...ON, ...OFF].includes(text)) throw new Error(`TAPTILL_MDNS is "${text}": it must be on or off.`);
  return ON.includes(text) && !/^(127\.|localhost$|::1$)/.test(env['TAPTILL_LAN_HOST'] ?? '');
}

/** A flag set here wins over the till's own, is shown there and audited at the start. */
function flagOverrides(env: Env): Partial<Flags> {
  const overrides: Partial<Record<Flag, boolean>> = {};
  for (const flag of FLAGS) {
    const text = env[flag]?.toLowerCase();
    if (!text) continue;
    if (![...ON, ...OFF].includes(text)) throw new Error(`${flag} is "${text}": it must be on or off.`);
    overrides[flag] = ON.includes(text);
  }
  return overrides;
}

function logLevel(env: Env): string {
  const level = env['TAPTILL_LOG'] || 'info';
  if (LOG_LEVELS.includes(level)) return level;
  throw new Error(`TAPTILL_LOG is "${level}": it must be one of ${LOG_LEVELS.join(', ')}.`);
}
