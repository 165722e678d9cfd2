import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startCluster } from '#server/db/cluster';
import { JournalStore } from '#tap-node/journal/store';
import { RealBar } from '#tap-node/testing/realBar';
import { startTap, untilTrue } from '#tap-node/testing/tapProcess';
import { enrolTaps, NUMBERS } from './tapNode.ts';

/** A node of many taps comes back with a journal full of pours that its till has not heard of. */
export interface DrainFigures {
  taps: number;
  pours: number;
  seconds: number;
  pours_per_s: number;
  /** what the till made of the reports */
  verdicts: Record<string, number>;
  goal_s: number;
  met: boolean;
}

const GOAL_S = 60;
const ML = 20;
const PRICE = 30_000;
const BOOT = '0'.repeat(32);
const PATIENCE_MS = 600_000;

interface Queued {
  tap_id: number;
  client_tx_id: string;
  grant_id: string;
  short_id: string;
}

/** The process of the node, the journal's file and the till are real; only the past of the pours is written, not poured. */
export async function drainFigures(pours_of_tap: number, say: (line: string) => void): Promise<DrainFigures> {
  const bar = await RealBar.open();
  const directory = mkdtempSync(join(tmpdir(), 'taptill-bench-drain-'));
  const { ownerUrl } = await startCluster({ dataDir: bar.dataDir });
  const owner = new pg.Client({ connectionString: ownerUrl });
  try {
    await owner.connect();
    const tap_ids = await enrolTaps(bar, directory);
    const visit_ids: number[] = [];
    for (const _ of NUMBERS) visit_ids.push((await bar.guest(100_000_000)).visit_id);
    await owner.query(GRANTS, [tap_ids, visit_ids, pours_of_tap, BOOT]);
    const { rows } = await owner.query<Queued>(
      `SELECT tap_id::int, client_tx_id, id AS grant_id, short_id FROM grants WHERE state = 'orphaned' ORDER BY tap_id, epoch`,
    );
    writeJournal(directory, rows);
    const heard = async (): Promise<Record<string, number>> => {
      const { rows: counts } = await owner.query<{ verdict: string; count: number }>(
        'SELECT verdict, count(*)::int FROM pour_reports GROUP BY verdict',
      );
      return Object.fromEntries(counts.map(({ verdict, count }) => [verdict, count]));
    };
    const tap = await startTap({ directory });
    const began = performance.now();
    await untilTrue(
      'an empty queue',
      () => tap.status(),
      (taps) => taps.length > 0 && taps.every(({ unsynced, online }) => online && unsynced === 0),
      PATIENCE_MS,
    );
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    await tap.stop();
    const pours = rows.length;
    const verdicts = await heard();
    const met = seconds <= GOAL_S && Object.values(verdicts).reduce((sum, count) => sum + count, 0) === pours;
    const pours_per_s = Math.round(pours / seconds);
    say(
      `${NUMBERS.length} × ${pours_of_tap} queued pours drained in ${seconds} s, ${pours_per_s}/s: ${JSON.stringify(verdicts)}`,
    );
    return { taps: NUMBERS.length, pours, seconds, pours_per_s, verdicts, goal_s: GOAL_S, met };
  } finally {
    await owner.end();
    await bar.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** So many grants of each tap that were given in time and never heard of again; a guest for each tap. */
const GRANTS = `
  WITH past AS (
    SELECT t.id AS tap_id, t.keg_id, k.beverage_id, v.id AS visit_id, v.guest_id, e AS epoch,
      (SELECT card_id FROM visit_cards WHERE visit_id = v.id) AS card_id, (SELECT id FROM shifts WHERE state = 'open') AS shift_id,
      (SELECT max(id) FROM nodes) AS node_id, lpad((of.place * $3 + e)::text, 6, '0') AS short_id,
      md5('drain ' || of.place || ' ' || e) AS client_tx_id
    FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS of(tap_id, visit_id, place)
      JOIN taps t ON t.id = of.tap_id JOIN kegs k ON k.id = t.keg_id JOIN visits v ON v.id = of.visit_id, generate_series(1, $3::int) e),
  asked AS (
    INSERT INTO attempts (client_tx_id, node_id, tap_id, boot_id, request_hash, outcome)
    SELECT client_tx_id, node_id, tap_id, $4, repeat('0', 64), 'granted' FROM past),
  passed AS (UPDATE visits SET lock_epoch = $3::int WHERE id = ANY ($2::bigint[]))
  INSERT INTO grants (id, client_tx_id, node_id, tap_id, visit_id, guest_id, card_id, keg_id, beverage_id, shift_id, epoch, short_id,
    price_minor_per_litre, limit_ml, limit_minor, state, lease_over)
  SELECT gen_random_uuid(), client_tx_id, node_id, tap_id, visit_id, guest_id, card_id, keg_id, beverage_id, shift_id, epoch, short_id,
    ${PRICE}, 1000, ${PRICE}, 'orphaned', true FROM past`;

/** Through the node's own store, where memory takes the flushes of the past; then it lies on the disk. */
function writeJournal(directory: string, queued: readonly Queued[]): void {
  const scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'taptill-bench-drain-'));
  const file = join(scratch, 'journal.sqlite');
  const { store } = JournalStore.open({ file, boot_id: BOOT, now: () => Date.now() });
  for (const { tap_id, client_tx_id, grant_id, short_id } of queued) {
    const terms = { price_minor_per_litre: PRICE, limit_ml: 1000, calibration_version: 1, boot_id: BOOT };
    store.intent(tap_id, client_tx_id, { grant_id, short_id, ...terms });
    store.end(client_tx_id, { pulses: ML * 5, ml: ML, duration_ms: 900, end_reason: 'card_removed' });
  }
  store.close();
  cpSync(file, join(directory, 'journal.sqlite'));
  rmSync(scratch, { recursive: true, force: true });
}
