import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { setUpBar } from '../testing/clients.ts';
import { startServer } from '../testing/startServer.ts';
import { temporaryDirectory } from '../testing/temporaryCluster.ts';
import { checkBackup } from './readBackup.ts';

it('a closed shift leaves a backup that can be read, made by the running server', async () => {
  const to = join(temporaryDirectory(), 'backups');
  mkdirSync(to);
  const passphrase = 'correct horse battery';
  const files = (): string[] =>
    readdirSync(to)
      .filter((name) => name.endsWith('.backup'))
      .sort();
  const closedShiftsInNewest = async (): Promise<number | undefined> => {
    const newest = files().at(-1);
    if (!newest) return undefined;
    const { manifest } = await checkBackup({ file: join(to, newest), passphrase });
    return manifest.parts.find((part) => part.name === 'shifts')?.rows;
  };
  const env = { TAPTILL_BACKUP_DIR: to, TAPTILL_BACKUP_PASSPHRASE: passphrase };
  const server = await startServer({ env });
  try {
    const { api } = await setUpBar(server.url);
    await api.shifts.open.mutate({ request_id: randomUUID(), float_minor: 0 });
    await api.shifts.close.mutate({
      request_id: randomUUID(),
      counted_cash_minor: 0,
      waivers: [{ tap_number: 1, reason: 'нет узла' }],
      approval: null,
    });
    await expect.poll(closedShiftsInNewest, { timeout: 30_000 }).toBe(1);
  } finally {
    await server.stop();
  }
});
