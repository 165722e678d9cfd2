import { bookLines, sayBooks } from '#server/backup/describeBooks';
import { withBar } from '#server/backup/openBar';
import { openDatabase } from '#server/db/database';
import { assertMigrated } from '#server/db/migrate';
import { checkoutMigrations } from '#server/db/paths';
import { verifyBooks } from '#server/services/verifyBooks';

/** `npm run verify [-- --json]`: recomputes the books; 0 when they hold, 1 when they do not or cannot be looked at. */
const options = process.argv.slice(2);
try {
  const unknown = options.find((option) => option !== '--json');
  if (unknown !== undefined) throw new Error(`${unknown} is unknown. Usage: npm run verify [-- --json]`);
  await withBar(process.env, ({ appUrl }) => verify(appUrl));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function verify(appUrl: string): Promise<void> {
  await assertMigrated(appUrl, checkoutMigrations());
  const sequelize = openDatabase({
    url: appUrl,
    pool: { max: 2 },
    statementTimeoutMs: 0,
    applicationName: 'taptill verify',
  });
  try {
    const verdict = await verifyBooks({ sequelize });
    const lines = await bookLines(sequelize, verdict);
    if (options.includes('--json')) console.log(JSON.stringify({ ...verdict, checks: lines }, null, 2));
    else for (const line of sayBooks(lines, verdict)) console.log(line);
    if (!verdict.ok) process.exitCode = 1;
  } finally {
    await sequelize.close();
  }
}
