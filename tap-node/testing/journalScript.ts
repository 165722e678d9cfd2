import { writeSync } from 'node:fs';
import { faultPoint } from '#tap-node/agent/faultPoints';
import { JournalStore } from '#tap-node/journal/store';

/*
 * A child of the journal's kill test: three pours on two taps, each acknowledgement written out the moment it is given.
 * TAPTILL_FAULT_POINT=journal.write:<n> ends it dead at the n-th write.
 */
const [, , file] = process.argv;
const say = (...words: (string | number)[]): void => void writeSync(1, `${words.join(' ')}\n`);
export const SCRIPT_POURS = [1, 2, 3].map((n) => ({
  client_tx_id: String(n).repeat(32),
  tap_id: n === 2 ? 8 : 7,
  grant_id: `3f0c7f2e-0000-4000-8000-00000000000${n}`,
  steps: [40 * n, 90 * n],
  end_ml: 100 * n,
}));

function run(path: string): void {
  const { store } = JournalStore.open({
    file: path,
    boot_id: 'boot-script',
    now: () => Date.now(),
    before_write: () => faultPoint('journal.write'),
  });
  say('opened');
  for (const { client_tx_id, tap_id, grant_id, steps, end_ml } of SCRIPT_POURS) {
    const body = {
      grant_id,
      short_id: '031272',
      price_minor_per_litre: 42_000,
      limit_ml: 1000,
      calibration_version: 1,
      boot_id: 'boot-script',
    };
    say('intent', client_tx_id, store.intent(tap_id, client_tx_id, body));
    for (const ml of steps) {
      store.checkpoint(client_tx_id, { pulses: ml, ml, duration_ms: ml });
      say('checkpoint', client_tx_id, ml);
    }
    store.end(client_tx_id, { pulses: end_ml, ml: end_ml, duration_ms: end_ml, end_reason: 'card_removed' });
    say('end', client_tx_id, end_ml);
    store.verdict(client_tx_id, 'accepted');
    say('verdict', client_tx_id);
  }
  say('done');
}

if (file) run(file);
