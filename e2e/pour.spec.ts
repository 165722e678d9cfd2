import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVirtualReader } from '#build/virtualReader';
import type { VirtualReader } from '#build/virtualReader';
import { startCluster } from '#server/db/cluster';
import { openDatabase } from '#server/db/database';
import { queryOne } from '#server/db/query';
import { readBooks } from './fault/books.ts';
import { enrolByCli, startTapProcess } from './fault/tapProcess.ts';
import type { TapProcess } from './fault/tapProcess.ts';
import { freePort } from './support/freePort.ts';
import { launchBrowserTill, launchElectronTill } from './support/launchTill.ts';
import { startStation } from './support/station.ts';

const UID = '04A1B2C3D4E580';
const KEG_ML = 30_000;

interface OpenTill {
  page: Page;
  close(): Promise<void>;
}
interface Surroundings {
  dataDir: string;
  lanPort: number;
  reader: VirtualReader;
}

const shells: Record<string, (around: Surroundings) => Promise<OpenTill>> = {
  async 'the Electron shell'({ dataDir, lanPort, reader }) {
    return launchElectronTill({ dataDir, env: { ...reader.env, TAPTILL_LAN_PORT: String(lanPort) } });
  },
  async Chromium({ dataDir, lanPort, reader }) {
    const till = await launchBrowserTill({ dataDir, env: { TAPTILL_LAN_PORT: String(lanPort) } });
    const station = startStation(till.server, reader.env);
    const close = async (): Promise<void> => {
      await station.close();
      await till.close();
    };
    return { page: till.page, close };
  },
};

for (const [shell, open] of Object.entries(shells))
  test.describe(`one pour from card to ledger, in ${shell}`, () => {
    let around: Surroundings;
    let till: OpenTill;
    let tap: TapProcess | undefined;

    test.beforeEach(async () => {
      const reader = await startVirtualReader();
      around = { dataDir: mkdtempSync(join(tmpdir(), 'taptill-e2e-')), lanPort: await freePort(), reader };
      till = await open(around);
    });
    test.afterEach(async () => {
      await tap?.stop();
      await till?.close();
      await around.reader.close();
      rmSync(around.dataDir, { recursive: true, force: true });
    });

    test('a card is issued over the reader, 500 ml are poured at 300.00, and the books agree', async () => {
      const { page } = till;
      await firstRun(page);
      await openShift(page);
      tap = await connectTap(page, around);
      await openVisit(page, 'Анна Кравцова');
      await issueCard(page, around.reader);
      await topUp(page, '1000');
      await expect(page.getByTestId('balance')).toHaveText(/^1\s000,00\s₽$/);

      await tap.waitForPhase('idle');
      await tap.lay(UID);
      await tap.pour(500, { rate: 100 });
      await expect(page.getByTestId('lock').first()).toContainText('кран №1');
      const live = page.getByTestId('taps').getByText(/^\d+\s?мл$/);
      await expect.poll(async () => parseInt(await live.innerText(), 10)).toBeGreaterThan(50);
      await expect.poll(async () => (await tap?.state())?.wanted_ml).toBe(0);
      await tap.remove();

      await expect(page.getByTestId('balance')).toHaveText(/^850,00\s₽$/);
      await expect(page.getByTestId('visit-card')).toContainText(/500\sмл/);
      await expect(page.getByTestId('visit-card')).toContainText(/150,00\s₽/);
      expect(await ledgerAndKeg(around.dataDir)).toEqual({
        broken: [],
        ledger_sum_minor: 0,
        keg_ml: KEG_ML - 500,
      });
    });
  });

async function firstRun(page: Page): Promise<void> {
  const next = page.getByTestId('confirm');
  await page.getByTestId('bar-name').fill('Бар на углу');
  await next.click();
  await page.getByTestId('operator-name').fill('Инна');
  await page.getByTestId('new-pin').fill('2468');
  await page.getByTestId('new-pin-again').fill('2468');
  await next.click();
  await page.getByTestId('beverage-name').fill('Пилс «Старый мост»');
  await page.getByTestId('abv').fill('4,8');
  await page.getByTestId('price').fill('300');
  await page.getByTestId('tap-number').fill('1');
  await next.click();
  await expect(page.getByTestId('recovery-code')).toBeVisible();
  await next.click();
}

async function openShift(page: Page): Promise<void> {
  await page.getByTestId('rail-shift').click();
  await page.getByTestId('float').pressSequentially('5000');
  await page.getByTestId('open-shift').getByTestId('confirm').click();
  await expect(page.getByTestId('drawer')).toContainText(/5\s000,00/);
}

/** The engineer reads the code off the screen and types it at the tap's computer. */
async function connectTap(page: Page, { dataDir, lanPort }: Surroundings): Promise<TapProcess> {
  await page.getByTestId('rail-taps').click();
  await page.getByTestId('connect-tap').click();
  await page.getByTestId('dialog-connect-tap').getByTestId('confirm').click();
  const code = (await page.getByTestId('enrolment-code').innerText()).trim();
  const directory = join(dataDir, 'tap-1');
  mkdirSync(directory);
  await enrolByCli({ code, directory, lanPort });
  await page.keyboard.press('Escape');
  return startTapProcess({ directory, lanPort });
}

async function openVisit(page: Page, name: string): Promise<void> {
  await page.getByTestId('rail-visits').click();
  await page.keyboard.press('F3');
  const dialog = page.getByTestId('dialog-open-visit');
  await dialog.getByTestId('guest-query').fill(name);
  await dialog.getByTestId('aged').click();
  await dialog.getByTestId('open-without-card').click();
  await expect(page.getByTestId('visit-card')).toContainText(name);
}

async function issueCard(page: Page, reader: VirtualReader): Promise<void> {
  await page.getByTestId('issue-card').click();
  await expect(page.getByTestId('dialog-card')).toBeVisible();
  const card = await reader.lay(UID);
  await expect(page.getByTestId('dialog-card-issued')).toBeVisible();
  card.remove();
  await page.keyboard.press('Escape');
}

async function topUp(page: Page, roubles: string): Promise<void> {
  await page.keyboard.press('F4');
  const dialog = page.getByTestId('dialog-top-up');
  await dialog.getByTestId('amount').pressSequentially(roubles);
  await dialog.getByTestId('confirm').click();
  await expect(dialog).toBeHidden();
}

async function ledgerAndKeg(dataDir: string) {
  const { ownerUrl } = await startCluster({ dataDir });
  const owner = openDatabase({ url: ownerUrl, pool: { max: 1 } });
  try {
    const { broken, ledger_sum_minor } = await readBooks(owner);
    const keg = await queryOne<{ remaining_ml: number }>(owner, 'SELECT remaining_ml FROM kegs', []);
    return { broken, ledger_sum_minor, keg_ml: keg.remaining_ml };
  } finally {
    await owner.close();
  }
}
