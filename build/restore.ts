import { parseArgs } from 'node:util';
import { restoreBackup } from '#server/backup/restoreBackup';
import { readPassphrase } from '#server/backup/settings';
import { checkoutMigrations } from '#server/db/paths';

const USAGE = `Usage: npm run restore -- --from FILE --data DIR [--passphrase-file FILE] [--last-z N]
DIR must be new or empty. The passphrase may also be set as TAPTILL_BACKUP_PASSPHRASE. N is the number on the last printed Z.`;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      data: { type: 'string' },
      'passphrase-file': { type: 'string' },
      'last-z': { type: 'string' },
    },
  });
  const { from, data } = values;
  const lastZ = values['last-z'];
  if (!from || !data || (lastZ !== undefined && !/^\d{1,9}$/.test(lastZ))) throw new Error(USAGE);
  const began = performance.now();
  const restored = await restoreBackup({
    from,
    dataDir: data,
    passphrase: readPassphrase(process.env, values['passphrase-file']),
    migrationsDir: checkoutMigrations(),
    lastZ: lastZ === undefined ? undefined : Number(lastZ),
    cluster: { binDir: process.env['TAPTILL_PG_BIN_DIR'] || undefined },
    log: (sentence) => console.log(sentence),
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `Restored ${restored.rows} rows and ${restored.keys.length} keys into ${data} in ${seconds} s.`,
  );
  console.log(
    `Ledger ${restored.ledger.hash} (${restored.ledger.entries} entries), as in the backup. New incarnation ${restored.incarnation}.`,
  );
  for (const { check, table, row_id, says } of restored.books.broken)
    console.error(`BROKEN  ${check}: ${table} ${row_id} ${says}`);
  if (!restored.books.ok) process.exitCode = 1;
  console.log(
    `Start the till with TAPTILL_DATA_DIR=${data}: its taps will send again what they poured since the backup.`,
  );
}
