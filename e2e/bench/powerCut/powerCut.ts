/**
 * Power cuts of a tap's journal: a writer is stopped at a random moment, the disk under it is copied as it is, the copy is
 * mounted and opened by the store. Everything that was acknowledged must be there. `node e2e/bench/powerCut/powerCut.ts [CUTS]`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { JournalStore } from '#tap-node/journal/store';
import { copyDisk, makeDisk, mountDisk, whyNoDisks } from './diskImage.ts';

const WRITER = fileURLToPath(new URL('./journalWriter.ts', import.meta.url));
/** A cut comes within this time of the first row. */
const LONGEST_MS = 800;
const CONTROL_CUTS = 10;

export type PowerCutFigures = {
  readonly cuts: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly slowest_open_ms: number;
};
export type PowerCutReport =
  | { readonly skipped: string }
  | { readonly full: PowerCutFigures; readonly normal: PowerCutFigures; readonly holds: boolean };

export async function powerCuts(cuts: number, say: (line: string) => void): Promise<PowerCutReport> {
  const folder = mkdtempSync(join(tmpdir(), 'taptill-cuts-'));
  try {
    const why = whyNoDisks(folder);
    if (why !== null) {
      say(`power cuts: left out, loop mounts are not allowed here (${why})`);
      return { skipped: why };
    }
    const full = await series(folder, 'full', cuts);
    say(sayFigures('synchronous=FULL', full));
    const normal = await series(folder, 'normal', Math.min(cuts, CONTROL_CUTS));
    say(sayFigures('control, synchronous=NORMAL', normal));
    const holds = full.lost === 0 && normal.lost > 0;
    if (normal.lost === 0) say('power cuts: the control lost nothing, so this bench shows nothing');
    return { full, normal, holds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sayFigures(name: string, { cuts, acknowledged, lost, slowest_open_ms }: PowerCutFigures): string {
  return `power cuts, ${name}: ${lost} of ${acknowledged} acknowledged rows lost in ${cuts} cuts; opened again in ${slowest_open_ms} ms at most`;
}

async function series(folder: string, setting: 'full' | 'normal', cuts: number): Promise<PowerCutFigures> {
  let acknowledged = 0;
  let lost = 0;
  let slowest = 0;
  for (let cut = 0; cut < cuts; cut += 1) {
    const seen = await oneCut(folder, setting);
    acknowledged += seen.acknowledged;
    lost += seen.lost;
    slowest = Math.max(slowest, seen.open_ms);
  }
  return { cuts, acknowledged, lost, slowest_open_ms: Math.round(slowest) };
}

async function oneCut(folder: string, setting: 'full' | 'normal') {
  const disk = makeDisk(folder, 'disk');
  const copy = join(folder, 'copy.img');
  try {
    const acknowledged = await writeUntilCut(join(disk.at, 'journal.sqlite'), setting, () =>
      copyDisk(disk, copy),
    );
    return { acknowledged: acknowledged.length, ...(await lookAt(folder, copy, acknowledged)) };
  } finally {
    disk.unmount();
    rmSync(copy, { force: true });
  }
}

/** What the writer had acknowledged when `cut` was made; it stands still meanwhile and never goes on. */
async function writeUntilCut(file: string, setting: string, cut: () => void): Promise<string[]> {
  const writer = spawn(process.execPath, [WRITER, file, setting], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => writer.once('exit', () => resolve()));
  let said = '';
  const ended = new Promise<void>((resolve) => writer.stdout.once('end', () => resolve()));
  const opened = new Promise<void>((resolve, reject) => {
    writer.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      resolve();
    });
    writer.once('exit', () => reject(new Error('the writer of the journal ended')));
  });
  await opened;
  await wait(Math.random() * LONGEST_MS);
  writer.kill('SIGSTOP');
  // the signal counts when the process is back from what it was doing; then nothing moves any more
  await untilStopped(writer.pid ?? 0);
  cut();
  writer.kill('SIGKILL');
  await exited;
  await ended;
  return said
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== 'opened');
}

async function untilStopped(pid: number): Promise<void> {
  while (!/^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) await wait(1);
}

async function lookAt(folder: string, image: string, acknowledged: readonly string[]) {
  const disk = mountDisk(folder, image);
  try {
    const file = join(disk.at, 'journal.sqlite');
    const began = performance.now();
    const { store } = JournalStore.open({
      file,
      boot_id: 'after',
      now: () => Date.now(),
      free_bytes: () => Infinity,
    });
    const open_ms = performance.now() - began;
    store.close();
    const there = rowsOf(file);
    return { open_ms, lost: acknowledged.filter((line) => !there.has(line)).length };
  } finally {
    disk.unmount();
  }
}

/** Every row as the writer says it. */
function rowsOf(file: string): Set<string> {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = db.prepare('SELECT kind, tap_id, seq, client_tx_id, body FROM rows').all() as {
    kind: string;
    tap_id: number;
    seq: number;
    client_tx_id: string;
    body: string;
  }[];
  db.close();
  return new Set(
    rows.map(({ kind, tap_id, seq, client_tx_id, body }) => {
      if (kind === 'intent') return `intent ${client_tx_id} ${tap_id} ${seq}`;
      if (kind === 'verdict') return `verdict ${client_tx_id}`;
      return `${kind} ${client_tx_id} ${(JSON.parse(body) as { ml: number }).ml}`;
    }),
  );
}

if (import.meta.main) {
  const report = await powerCuts(Number(process.argv[2] ?? 100), (line) => console.log(line));
  process.exitCode = 'skipped' in report || report.holds ? 0 : 1;
}
