/** How the server is reached: a Unix socket in a private directory, or (Windows) loopback TCP with passwords. */
export type Listen =
  | { readonly kind: 'socket'; readonly dir: string; readonly port: number }
  | { readonly kind: 'tcp'; readonly port: number };

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/**
 * The whole postgresql.conf of the embedded cluster, written anew before every start, so that an upgrade of
 * Taptill changes settings too. A bar's own changes go to `taptill.local.conf` in the same folder.
 */
export function postgresqlConf(listen: Listen): string {
  const settings: Record<string, string | number> = {
    listen_addresses: listen.kind === 'tcp' ? text('127.0.0.1') : text(''),
    port: listen.port,
    unix_socket_directories: listen.kind === 'socket' ? text(listen.dir) : text(''),
    unix_socket_permissions: '0700',
    max_connections: 60,
    password_encryption: text('scram-sha-256'),
    // Durability: the start-up checks refuse to run without these three.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    wal_level: 'replica',
    max_wal_senders: 0,
    min_wal_size: text('64MB'),
    max_wal_size: text('512MB'),
    checkpoint_timeout: text('5min'),
    // A till has little memory and few sessions.
    shared_buffers: text('96MB'),
    work_mem: text('8MB'),
    maintenance_work_mem: text('64MB'),
    effective_cache_size: text('512MB'),
    huge_pages: 'off',
    max_worker_processes: 2,
    max_parallel_workers_per_gather: 0,
    autovacuum_max_workers: 2,
    io_method: 'sync',
    jit: 'off',
    default_transaction_isolation: text('read committed'),
    // A deadlock is seen, and its unit run again, before a guest notices.
    deadlock_timeout: text('200ms'),
    idle_in_transaction_session_timeout: text('10s'),
    timezone: text('UTC'),
    datestyle: text('iso, ymd'),
    lc_messages: text('C'),
    default_text_search_config: text('pg_catalog.simple'),
    // Logs hold no personal data: no statements, no values (DETAIL) of rows. Bounded: pruneLogs keeps the newest.
    logging_collector: 'on',
    log_directory: text('log'),
    log_filename: text('postgresql-%Y%m%d-%H%M%S.log'),
    log_file_mode: '0600',
    log_rotation_age: text('1d'),
    log_rotation_size: text('10MB'),
    log_timezone: text('UTC'),
    log_line_prefix: text('%m [%p] %q%u@%d '),
    log_min_messages: 'warning',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_statement: text('none'),
  };
  // On macOS an fsync stays in the drive's cache; only this method reaches the disk.
  if (process.platform === 'darwin') settings['wal_sync_method'] = 'fsync_writethrough';
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return [
    '# Written by Taptill before every start; your own settings belong in taptill.local.conf.',
    ...lines,
  ]
    .concat("include_if_exists = 'taptill.local.conf'", '')
    .join('\n');
}

/**
 * Who may connect. The socket lies in a directory that only this user (and root) can enter, so the operating
 * system has already identified everybody who reaches it; over TCP every program of the machine could come.
 */
export function pgHbaConf(listen: Listen): string {
  const rule =
    listen.kind === 'socket'
      ? 'local   all   all                  trust'
      : 'host    all   all   127.0.0.1/32   scram-sha-256';
  return `# Written by Taptill before every start.\n${rule}\n`;
}
