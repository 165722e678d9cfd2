import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { backupNow } from '#server/backup/backupNow';
import { withBar } from '#server/backup/openBar';
import { checkBackup } from '#server/backup/readBackup';
import { readKeep, readPassphrase } from '#server/backup/settings';

const USAGE = `Usage: npm run backup -- --to DIR [--second DIR] [--passphrase-file FILE] [--keep N]
       npm run backup -- --check FILE [--passphrase-file FILE]
The passphrase may also be set as TAPTILL_BACKUP_PASSPHRASE; the bar is the one of TAPTILL_DATA_DIR or DATABASE_URL.`;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      to: { type: 'string' },
      second: { type: 'string' },
      'passphrase-file': { type: 'string' },
      keep: { type: 'string' },
      check: { type: 'string' },
    },
  });
  if (!values.to === !values.check) throw new Error(USAGE);
  const passphrase = readPassphrase(process.env, values['passphrase-file']);
  if (values.check) return check(values.check, passphrase);
  const { to = '', second, keep } = values;
  const kept = keep === undefined ? undefined : readKeep(keep);
  await withBar(process.env, async ({ appUrl, ownerUrl = appUrl, keysDir }) => {
    const made = await backupNow({
      databaseUrl: ownerUrl,
      keysDir,
      to,
      second,
      passphrase,
      appVersion: version(),
      keep: kept,
    });
    console.log(
      `${made.file}: ${made.rows} rows, ${made.bytes} bytes, ledger ${made.ledger.hash} (${made.ledger.entries} entries)`,
    );
    for (const file of made.removed) console.log(`removed ${file}`);
    if (!made.second) return;
    if ('file' in made.second) return console.log(made.second.file);
    console.error(`The second copy was not made. ${made.second.problem}`);
    process.exitCode = 1;
  });
}

async function check(file: string, passphrase: string): Promise<void> {
  const { head, manifest } = await checkBackup({ file, passphrase });
  console.log(
    `${file} is whole: of ${head.created_at}, Taptill ${head.app_version}, incarnation ${head.incarnation}`,
  );
  for (const part of manifest.parts) console.log(`${part.kind} ${part.name}: ${part.rows}`);
  console.log(`ledger ${manifest.ledger.hash} (${manifest.ledger.entries} entries)`);
}

function version(): string {
  const file = join(import.meta.dirname, '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
