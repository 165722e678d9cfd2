import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bundle } from '#build/bundle';
import { PIN, setUpBar } from '#server/testing/clients';
import { startServer } from '#server/testing/startServer';
import { launchElectronTill } from '../support/launchTill.ts';
import { median } from './figures.ts';

type Marks = Record<string, number>;

/**
 * The till's window from process start to the first usable list of visits, as the app itself counts it, on a bar that has run before;
 * the PIN is typed by the bench as soon as the door is shown. Median of `starts`, each mark in ms from process start.
 */
export async function coldStart(starts: number, say: (line: string) => void): Promise<Marks> {
  await bundle(['electron', 'server', 'station', 'renderer']);
  const dataDir = mkdtempSync(join(tmpdir(), 'taptill-bench-'));
  try {
    await prepareBar(dataDir);
    const runs: Marks[] = [];
    for (let i = 0; i < starts; i++) runs.push(await startOnce(dataDir));
    const names = Object.keys(runs[0] ?? {});
    const marks = Object.fromEntries(
      names.map((name) => [`${name}_ms`, median(runs.map((run) => run[name] ?? NaN))]),
    );
    say(`cold start, median of ${starts}: ${JSON.stringify(marks)}`);
    return marks;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function prepareBar(dataDir: string): Promise<void> {
  const server = await startServer({ dataDir });
  const { api } = await setUpBar(server.url);
  await api.shifts.open.mutate({ request_id: randomUUID(), float_minor: 500_000 });
  for (let i = 0; i < 8; i++)
    await api.visits.open.mutate({
      request_id: randomUUID(),
      guest: { name: `Гость ${i + 1}`, phone: null, age_confirmed: true },
    });
  await server.stop();
}

async function startOnce(dataDir: string): Promise<Marks> {
  const till = await launchElectronTill({ dataDir });
  try {
    await till.page.getByTestId('pin').fill(PIN);
    await till.page.getByTestId('confirm').click();
    for (;;) {
      const marks = await till.page.evaluate(() => window.till.marks());
      if ('usable' in marks) return marks;
      await pause(20);
    }
  } finally {
    await till.close();
  }
}
