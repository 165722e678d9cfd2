import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { JournalStore } from '#tap-node/journal/store';

/*
 * Pours into a journal without end and says each row when the store says that it is durable: `journalWriter.ts FILE [normal]`.
 * With `normal` the same store runs on the looser setting of SQLite, which the bench must catch.
 */
const [, , file, setting] = process.argv;
const say = (...words: (string | number)[]): void => void writeSync(1, `${words.join(' ')}\n`);

if (setting === 'normal') {
  const exec = Reflect.get<DatabaseSync, 'exec'>(DatabaseSync.prototype, 'exec');
  const prepare = Reflect.get<DatabaseSync, 'prepare'>(DatabaseSync.prototype, 'prepare');
  DatabaseSync.prototype.exec = function (sql) {
    exec.call(this, sql.replace('synchronous = FULL', 'synchronous = NORMAL'));
  };
  // the store asks what it got, and would rightly refuse
  DatabaseSync.prototype.prepare = function (sql) {
    return prepare.call(this, /^PRAGMA synchronous$/i.test(sql.trim()) ? 'SELECT 2 AS synchronous' : sql);
  };
}

const { store } = JournalStore.open({
  file: file ?? '',
  boot_id: randomBytes(8).toString('hex'),
  now: () => Date.now(),
  free_bytes: () => Infinity,
});
say('opened');
for (let pour = 0; ; pour += 1) {
  const tap_id = 1 + (pour % 4);
  const client_tx_id = randomBytes(16).toString('hex');
  const seq = store.intent(tap_id, client_tx_id, {
    grant_id: `3f0c7f2e-0000-4000-8000-${client_tx_id.slice(0, 12)}`,
    short_id: '031272',
    price_minor_per_litre: 42_000,
    limit_ml: 1_000,
    calibration_version: 1,
    boot_id: 'bench',
  });
  say('intent', client_tx_id, tap_id, seq);
  for (const ml of [50, 100, 150]) {
    store.checkpoint(client_tx_id, { pulses: ml, ml, duration_ms: ml });
    say('checkpoint', client_tx_id, ml);
  }
  store.end(client_tx_id, { pulses: 180, ml: 180, duration_ms: 180, end_reason: 'card_removed' });
  say('end', client_tx_id, 180);
  if (pour % 2 === 0) {
    store.verdict(client_tx_id, 'accepted');
    say('verdict', client_tx_id);
  }
}
