import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SCRIPT_POURS } from '#tap-node/testing/journalScript';
import { DISK_FLOOR_BYTES, JournalFull, JournalStore } from './store.ts';

const SCRIPT = fileURLToPath(new URL('../testing/journalScript.ts', import.meta.url));
const INTENT = {
  grant_id: '3f0c7f2e-0000-4000-8000-000000000001',
  short_id: '031272',
  price_minor_per_litre: 42_000,
  limit_ml: 1000,
  calibration_version: 1,
  boot_id: 'boot-1111',
};
const TX = 'c'.repeat(32);
const END = { pulses: 330, ml: 330, duration_ms: 9_000, end_reason: 'card_removed' } as const;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'taptill-journal-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(change: Partial<Parameters<typeof JournalStore.open>[0]> = {}) {
  return JournalStore.open({
    file: join(directory, 'journal.sqlite'),
    boot_id: 'boot-1111',
    now: () => Date.now(),
    ...change,
  });
}

describe('the journal', () => {
  it('numbers the pours of each tap without gaps, across restarts', () => {
    const first = open().store;
    expect(first.intent(7, '1'.repeat(32), INTENT)).toBe(1);
    expect(first.intent(8, '2'.repeat(32), INTENT)).toBe(1);
    first.close();
    const second = open();
    expect(second.store.intent(7, '3'.repeat(32), INTENT)).toBe(2);
    expect(second.store.marks()).toEqual([
      { tap_id: 7, seq_high: 2, meter_total_ml: 0 },
      { tap_id: 8, seq_high: 1, meter_total_ml: 0 },
    ]);
    second.store.close();
  });

  it('flow that belongs to no pour is there after a power cut until the till has it, once', () => {
    const flow = { flow_id: 'd'.repeat(32), tap_id: 7, kind: 'leak', pulses: 90, ml: 90 } as const;
    const first = open().store;
    first.flow(flow);
    first.flow(flow);
    first.close();
    const second = open({ boot_id: 'boot-2222' });
    expect(second.opened.flows).toEqual([flow]);
    second.store.flowTold(flow.flow_id);
    second.store.close();
    const third = open({ boot_id: 'boot-3333' });
    expect(third.opened.flows).toEqual([]);
    third.store.close();
  });

  it('keeps its id across restarts', () => {
    const first = open();
    first.store.close();
    const second = open();
    expect(second.opened.journal_id).toBe(first.opened.journal_id);
    expect(second.opened.journal_id).toMatch(/^[0-9a-f]{32}$/);
    second.store.close();
  });

  it('ends an intent that a power cut left open with what its last checkpoint says', () => {
    const first = open().store;
    first.intent(7, TX, INTENT);
    first.checkpoint(TX, { pulses: 40, ml: 40, duration_ms: 1_000 });
    first.checkpoint(TX, { pulses: 95, ml: 95, duration_ms: 2_000 });
    first.close();
    const { opened, store } = open({ boot_id: 'boot-2222' });
    expect(opened.recovered).toEqual([TX]);
    expect(opened.unsynced).toEqual([
      {
        tap_id: 7,
        seq: 1,
        client_tx_id: TX,
        intent: INTENT,
        end: { pulses: 95, ml: 95, duration_ms: 2_000, end_reason: 'power_loss', ended_boot_id: 'boot-2222' },
      },
    ]);
    expect(store.marks()[0]?.meter_total_ml).toBe(95);
    store.close();
  });

  it('writes one end, whoever asks again', () => {
    const { store } = open();
    store.intent(7, TX, INTENT);
    store.end(TX, END);
    store.end(TX, { ...END, ml: 999 });
    expect(store.finished()[0]?.end.ml).toBe(330);
    expect(store.marks()[0]?.meter_total_ml).toBe(330);
    store.close();
  });

  it('keeps a row after its verdict, and gives it again to a till whose mark is lower (H23)', () => {
    const { store } = open();
    store.intent(7, TX, INTENT);
    store.end(TX, END);
    store.verdict(TX, 'accepted');
    expect(store.finished()).toEqual([]);
    expect(store.finished(new Map([[7, 1]]))).toEqual([]);
    expect(store.finished(new Map([[7, 0]])).map((pour) => pour.client_tx_id)).toEqual([TX]);
    store.close();
  });

  it('prunes what was confirmed days ago, and never what was not', () => {
    const day = 24 * 60 * 60 * 1000;
    let now = 1_000 * day;
    const { store } = open({ now: () => now });
    for (const tx of ['1', '2', '3'].map((n) => n.repeat(32))) {
      store.intent(7, tx, INTENT);
      store.end(tx, END);
    }
    store.verdict('1'.repeat(32), 'accepted');
    now += 8 * day;
    store.verdict('3'.repeat(32), 'accepted');
    expect(store.journalled().sort()).toEqual(['2'.repeat(32), '3'.repeat(32)]);
    store.close();
    const again = open({ now: () => now });
    expect(again.opened.damage).toBeNull();
    expect(again.opened.unsynced.map((pour) => pour.client_tx_id)).toEqual(['2'.repeat(32)]);
    expect(again.store.intent(7, '4'.repeat(32), INTENT)).toBe(4);
    again.store.close();
  });

  it('begins no pour on a nearly full disk, but still ends the one under way', () => {
    let free = DISK_FLOOR_BYTES;
    const { store } = open({ free_bytes: () => free });
    store.intent(7, TX, INTENT);
    free -= 1;
    expect(() => store.intent(7, 'd'.repeat(32), INTENT)).toThrow(JournalFull);
    store.end(TX, END);
    expect(store.finished()).toHaveLength(1);
    expect(store.marks()[0]?.seq_high).toBe(1);
    store.close();
  });

  it('is one process’s own', () => {
    const { store } = open();
    expect(() => open()).toThrow(/Another tap process uses/);
    store.close();
  });
});

describe('a damaged journal', () => {
  it('is put aside when it is no database, and a new one says so by its id', () => {
    const first = open();
    first.store.close();
    writeFileSync(join(directory, 'journal.sqlite'), 'this was an SD card');
    const second = open();
    expect(second.opened.damage).toMatch(/damaged/);
    expect(second.opened.journal_id).not.toBe(first.opened.journal_id);
    expect(readdirSync(directory).some((name) => name.includes('.damaged-'))).toBe(true);
    second.store.close();
  });

  it.each([
    ['readable', '331', 1],
    ['unreadable', '033', 0],
  ])('goes on under a new id, once, when a row is not as it was written: %s', (_, figure, still) => {
    const first = open();
    first.store.intent(7, TX, INTENT);
    first.store.end(TX, END);
    first.store.close();
    const tampered = new DatabaseSync(join(directory, 'journal.sqlite'));
    tampered.exec(`UPDATE rows SET body = replace(body, '330', '${figure}') WHERE kind = 'end'`);
    tampered.close();
    const second = open();
    expect(second.opened.damage).toMatch(/row 2/);
    expect(second.opened.journal_id).not.toBe(first.opened.journal_id);
    expect(second.opened.unsynced).toHaveLength(still);
    expect(second.store.intent(7, 'd'.repeat(32), INTENT)).toBe(2);
    second.store.close();
    const third = open();
    expect(third.opened.damage).toBeNull();
    expect(third.opened.journal_id).toBe(second.opened.journal_id);
    third.store.close();
  });
});

/** What a killed child had acknowledged, against what the journal holds when it is opened again. */
function judge(said: string): string[] {
  const lines = said.split('\n').filter(Boolean);
  const { opened, store } = open({ boot_id: 'boot-after' });
  expect(opened.damage).toBeNull();
  const all = store.finished(
    new Map([
      [7, 0],
      [8, 0],
    ]),
  );
  for (const line of lines) {
    const [what, tx, figure] = line.split(' ');
    const kept = all.find((pour) => pour.client_tx_id === tx);
    if (what === 'intent') expect(kept?.seq, line).toBe(Number(figure));
    if (what === 'checkpoint') expect(kept?.end.ml, line).toBeGreaterThanOrEqual(Number(figure));
    if (what === 'end')
      expect(kept?.end, line).toMatchObject({ ml: Number(figure), end_reason: 'card_removed' });
    if (what === 'verdict')
      expect(
        opened.unsynced.some((pour) => pour.client_tx_id === tx),
        line,
      ).toBe(false);
  }
  // nothing twice, nothing that was never poured
  expect(new Set(all.map((pour) => pour.client_tx_id)).size).toBe(all.length);
  for (const pour of all) {
    const real = SCRIPT_POURS.find((one) => one.client_tx_id === pour.client_tx_id);
    expect(pour.end.ml).toBeLessThanOrEqual(real?.end_ml ?? -1);
  }
  expect(opened.unsynced.filter((pour) => !all.includes(pour)).length).toBeLessThanOrEqual(1);
  store.close();
  return lines;
}

describe('killed at every write', () => {
  it('loses nothing that it acknowledged, and reports nothing twice', () => {
    let deaths = 0;
    for (let nth = 1; ; nth++) {
      rmSync(directory, { recursive: true, force: true });
      directory = mkdtempSync(join(tmpdir(), 'taptill-journal-'));
      const child = spawnSync(process.execPath, [SCRIPT, join(directory, 'journal.sqlite')], {
        env: { ...process.env, NODE_OPTIONS: '', TAPTILL_FAULT_POINT: `journal.write:${nth}` },
        encoding: 'utf8',
      });
      const lines = judge(child.stdout);
      if (lines.at(-1) === 'done') break;
      expect(child.signal).toBe('SIGKILL');
      deaths += 1;
    }
    // one write for the journal's id, then five per pour, two moments each
    expect(deaths).toBe(2 * (1 + 5 * SCRIPT_POURS.length));
  });

  it('a log cut at any byte opens to a whole prefix of what was written', () => {
    const child = spawnSync(process.execPath, [SCRIPT, join(directory, 'journal.sqlite')], {
      env: { ...process.env, NODE_OPTIONS: '', TAPTILL_FAULT_POINT: 'journal.write:32' },
      encoding: 'utf8',
    });
    expect(child.signal).toBe('SIGKILL');
    const source = directory;
    const size = statSync(join(source, 'journal.sqlite-wal')).size;
    let most = 0;
    for (let cut = 0; cut <= size; cut += Math.ceil(size / 60)) {
      directory = mkdtempSync(join(tmpdir(), 'taptill-journal-'));
      for (const end of ['', '-wal'])
        if (existsSync(join(source, `journal.sqlite${end}`)))
          copyFileSync(join(source, `journal.sqlite${end}`), join(directory, `journal.sqlite${end}`));
      truncateSync(join(directory, 'journal.sqlite-wal'), cut);
      const { opened, store } = open();
      expect(opened.damage).toBeNull();
      expect(opened.journalled.length).toBeGreaterThanOrEqual(most);
      most = opened.journalled.length;
      expect(
        store.finished(
          new Map([
            [7, 0],
            [8, 0],
          ]),
        ),
      ).toHaveLength(most);
      store.close();
      rmSync(directory, { recursive: true, force: true });
    }
    expect(most).toBe(SCRIPT_POURS.length);
    directory = source;
  });
});
