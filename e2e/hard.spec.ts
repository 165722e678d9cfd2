/** What goes wrong in a bar in the middle of a sale, seen at the screen and counted in the books. Nothing is done twice, nothing is lost. */
import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import type { Browser, Locator, Page } from '@playwright/test';
import { startVirtualReader } from '#build/virtualReader';
import type { VirtualReader } from '#build/virtualReader';
import { query } from '#server/db/query';
import type { TillClient } from '#server/testing/clients';
import { startBar } from './fault/bar.ts';
import type { Bar } from './fault/bar.ts';
import { readPaper, wordsOfPicture } from './support/escpos.ts';
import {
  between,
  burst,
  countRows,
  held,
  signInAtScreen,
  startPrinter,
  valuesOf,
} from './support/hardBar.ts';
import type { FakePrinter, Rows } from './support/hardBar.ts';
import { launchBrowser, VIEWPORT } from './support/launchTill.ts';
import { startStation } from './support/station.ts';
import { openWireTaps } from './support/wireTaps.ts';
import type { WireTaps } from './support/wireTaps.ts';

const STRAY_CARD = '04F1E2D3C4B5A6';
/** Would start, cut, draw and print in columns, were it obeyed. */
const HOSTILE_NAME = '\u001b@\u001dVA\u001bp | {image:AAAA} \\x1b "^^^_~` = - <b>';
const unspaced = (text: string): string => text.replace(/[\s\p{Cc}]/gu, '');
const HOLDS = { broken: [], ledger_sum_minor: 0 };

test.describe('in the middle of a sale', () => {
  let bar: Bar;
  let browser: Browser;
  let page: Page;
  let api: TillClient;
  let taps: WireTaps;
  let rows: Rows;

  test.beforeAll(async () => {
    bar = await startBar({ taps: 1, pour: { start_window_ms: 1, pour_cap_ms: 1, lease_ms: 140_000 } });
    api = await bar.api('engineer');
    taps = await openWireTaps(bar, api, bar.tap_ids);
    await bar.api('cashier');
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: VIEWPORT });
    await signInAtScreen(page, bar.url);
  });
  test.afterAll(async () => {
    await browser?.close();
    await taps?.close();
    await bar?.stop();
  });
  test.beforeEach(async () => {
    rows = await countRows(bar);
  });
  test.afterEach(async ({ browserName: _ }, info) => {
    if (info.errors.length > 0) await page.screenshot({ path: info.outputPath('page.png') });
    expect(await bar.books()).toMatchObject(HOLDS);
  });

  const at = (name: string): Locator => page.getByTestId(name);
  const goTo = (hash: string): Promise<void> => page.evaluate((to) => void (window.location.hash = to), hash);
  const showVisit = async (visit_id: number): Promise<void> => {
    await goTo(`#/visits/${visit_id}`);
    await expect(at('visit-card')).toContainText(String(visit_id));
  };
  /** A guest with 1 000,00 and a pour of 500 ml for 150,00. */
  const aDrinker = async (): Promise<number> => {
    const { visit_id, uid } = await bar.openVisit();
    await taps.settle(await taps.grant(1, uid), 500);
    return visit_id;
  };
  const reason = (dialog: Locator): Locator =>
    dialog.getByRole('radiogroup').last().getByRole('radio').first();
  const grown = (by: Partial<Rows>): Rows => {
    const all = { ...rows };
    for (const [name, more] of Object.entries(by)) all[name as keyof Rows] += more;
    return all;
  };

  test('a card that a wedge types into a money dialog changes nothing there', async () => {
    const visit_id = await aDrinker();
    rows = await countRows(bar);
    await showVisit(visit_id);
    const inDialog: Record<string, () => Promise<void>> = {
      'dialog-top-up': async () => {
        await at('top-up').click();
        await at('amount').pressSequentially('500', { delay: 40 });
      },
      'dialog-refund': async () => {
        await at('refund').click();
        await reason(at('dialog-refund')).click();
      },
      'dialog-close-visit': async () => {
        await at('close-visit').click();
        await at('no-card').click();
      },
      'dialog-correct-pour': async () => {
        await at('on-the-house').click();
        await at('comp-ml').pressSequentially('100', { delay: 40 });
        await reason(at('dialog-correct-pour')).click();
      },
    };
    for (const [name, fill] of Object.entries(inDialog)) {
      await fill();
      await expectBurstIgnored(at(name), { ready: true });
      await page.keyboard.press('Escape');
      await expect(at(name)).toBeHidden();
    }
    for (const direction of ['in', 'out']) {
      await goTo('#/shift');
      await at(`cash-${direction}`).click();
      await at('amount').pressSequentially('50', { delay: 40 });
      await reason(at('dialog-move-cash')).click();
      await expectBurstIgnored(at('dialog-move-cash'), { ready: true });
      await page.keyboard.press('Escape');
    }
    for (const step of ['count', 'handOver']) {
      await goTo(`#/shift/${step}`);
      await at('count-10000').fill('7');
      await expectBurstIgnored(at(step === 'count' ? 'shift-count' : 'hand-over'), { ready: false });
    }
    // Right after a card the till takes no press for a person's.
    await expect(async () => {
      await at('confirm').click();
      await expect(at('taker-pin')).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await at('taker-pin').pressSequentially('2468', { delay: 40 });
    await expectBurstIgnored(at('dialog-taker'), { ready: true });
    await page.keyboard.press('Escape');
    expect(await countRows(bar)).toEqual(rows);
  });

  /** `ready`: an Enter of a person would now confirm. */
  async function expectBurstIgnored(within: Locator, { ready }: { ready: boolean }): Promise<void> {
    if (ready) await expect(within.getByTestId('confirm')).not.toHaveAttribute('aria-disabled', 'true');
    const before = await valuesOf(within);
    let heard = 0;
    const end = await between(page, 'cards.lookUp', async (route) => {
      heard += 1;
      await route.continue();
    });
    await burst(page, STRAY_CARD);
    // The dialog of a close takes cards itself, and is told here that there is none.
    if (!(await page.getByTestId('dialog-close-visit').isVisible()))
      await expect.poll(() => heard, 'the burst is heard as a card').toBeGreaterThan(0);
    await end();
    await expect(within).toBeVisible();
    expect(await valuesOf(within)).toEqual(before);
    await expect(page.getByTestId('search')).toHaveValue('');
  }

  test('two presses and two clicks take money once', async () => {
    const { visit_id } = await bar.openVisit({ balance_minor: 0 });
    await showVisit(visit_id);
    await at('top-up').click();
    await at('amount').pressSequentially('300', { delay: 40 });
    const answer = await held(page, 'visits.topUp');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await at('dialog-top-up').getByTestId('confirm').dblclick({ force: true });
    answer.release();
    await expect(at('dialog-top-up')).toBeHidden();
    expect(answer.asked()).toBe(1);
    await answer.end();
    await expect(at('balance')).toHaveText(/^300,00/);
    expect(await countRows(bar)).toEqual(grown({ top_up: 1 }));
  });

  test('the second click of a double one reaches nothing that has come into the place of the first', async () => {
    const { visit_id } = await bar.openVisit({ balance_minor: 0 });
    await showVisit(visit_id);
    await at('top-up').click();
    await at('amount').pressSequentially('300', { delay: 40 });
    const box = await at('dialog-top-up').getByTestId('confirm').boundingBox();
    if (!box) throw new Error('no confirm');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.click(x, y);
    await expect(at('dialog-top-up')).toBeHidden();
    // In the place of the dialog's button there is one of the page below, pressed or not.
    await page.evaluate(
      ([left, top]) => {
        const cover = document.createElement('button');
        cover.dataset['testid'] = 'below';
        cover.style.cssText = `position:fixed;left:${left}px;top:${top}px;width:40px;height:40px;z-index:9999`;
        cover.addEventListener('click', () => (cover.dataset['pressed'] = 'yes'));
        document.body.append(cover);
      },
      [x - 20, y - 20],
    );
    await page.mouse.move(x, y);
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    await expect(at('below')).not.toHaveAttribute('data-pressed', 'yes');
    await page.mouse.click(x, y);
    await expect(at('below')).toHaveAttribute('data-pressed', 'yes');
    await at('below').evaluate((element) => element.remove());
    expect(await countRows(bar)).toEqual(grown({ top_up: 1 }));
  });

  test('two presses free a card once, enter its pour once and close its visit once', async () => {
    const { visit_id, uid } = await bar.openVisit();
    await showVisit(visit_id);
    await bar.setPour({ lease_ms: 2_000 });
    const { short_id } = await taps.grant(1, uid);
    await bar.setPour({ lease_ms: 140_000 });
    await expect(at('free-card')).not.toHaveAttribute('aria-disabled', 'true');
    await at('free-card').click();
    await reason(at('dialog-free-card')).click();
    await pressTwice('visits.forceUnlock', at('dialog-free-card'));
    await at('pour-by-code').click();
    await expect(at('code')).toHaveValue(short_id);
    await at('ml').pressSequentially('500', { delay: 40 });
    await pressTwice('pours.reconcile', at('dialog-pour-by-code'));
    await expect(at('balance')).toHaveText(/^850,00/);
    await at('close-visit').click();
    await at('no-card').click();
    await pressTwice('visits.close', at('dialog-close-visit'));
    const { pours } = await bar.visit(visit_id);
    expect(pours).toMatchObject([{ source: 'manual', billed_ml: 500 }]);
    expect(await countRows(bar)).toEqual(grown({ top_up: 1, refund: 1, closed_visits: 1, manual: 1 }));
  });

  async function pressTwice(procedure: string, dialog: Locator): Promise<void> {
    await expect(dialog.getByTestId('confirm')).not.toHaveAttribute('aria-disabled', 'true');
    const answer = await held(page, procedure);
    await page.keyboard.press('Enter');
    await dialog.getByTestId('confirm').dblclick({ force: true });
    answer.release();
    await expect(dialog).toBeHidden();
    expect(answer.asked()).toBe(1);
    await answer.end();
  }

  test('another till was faster: the refund is refused, the dialog shows the visit as it is now, and a second confirm does it', async () => {
    const { visit_id } = await bar.openVisit();
    await showVisit(visit_id);
    await at('refund').click();
    const dialog = at('dialog-refund');
    await reason(dialog).click();
    const other = { request_id: randomUUID(), visit_id, amount_minor: 50_000, method: 'cash' } as const;
    const end = await between(page, 'visits.refund', async (route) => {
      // The same request of the other till each time: it tops up once.
      await (await bar.api('cashier')).visits.topUp.mutate(other);
      await route.continue();
    });
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('alert')).toContainText('на другой кассе');
    await expect(dialog).toContainText(/1\s500,00/);
    expect(await countRows(bar)).toEqual(grown({ top_up: 2 }));
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await end();
    await expect(at('balance')).toHaveText(/^500,00/);
    expect(await countRows(bar)).toEqual(grown({ top_up: 2, refund: 1 }));
  });

  test('printer and reader go away in mid-sale: the sale is done, the banners say what to do, and the receipt is printed later', async () => {
    const { visit_id } = await bar.openVisit({ balance_minor: 0 });
    await showVisit(visit_id);
    const printer = await startPrinter();
    const reader = await startVirtualReader();
    const station = startStation(bar.server(), reader.env);
    try {
      await setPrinter(printer);
      const seen = (): Promise<string | null> =>
        page.evaluate(() => window.sessionStorage.getItem('taptill.reader-seen'));
      await expect.poll(seen).not.toBeNull();
      await at('top-up').click();
      await at('amount').pressSequentially('300', { delay: 40 });
      await printer.off();
      await reader.unplug();
      await page.keyboard.press('Enter');
      await expect(at('balance')).toHaveText(/^300,00/);
      await expect(at('printer-banner')).toBeVisible();
      await expect(at('printer-banner').locator('p')).not.toBeEmpty();
      await expect(at('reader-banner').locator('p')).not.toBeEmpty();
      expect(await countRows(bar)).toEqual(grown({ top_up: 1 }));
      await plugInAgain(printer, reader);
      await reprint(printer);
      expect(await countRows(bar)).toEqual(grown({ top_up: 1 }));
    } finally {
      await station.close();
      await reader.close();
      await printer.off();
    }
  });

  async function setPrinter({ port }: FakePrinter): Promise<void> {
    const values = { target: 'network', host: '127.0.0.1', port, prints_top_ups: true } as const;
    const request_id = randomUUID();
    await api.settings.set.mutate({ request_id, reason: 'the new printer', section: 'printer', values });
  }

  async function plugInAgain(printer: FakePrinter, reader: VirtualReader): Promise<void> {
    await printer.on();
    await reader.plugIn();
    await expect(at('reader-banner')).toBeHidden();
    await expect.poll(() => printer.bytes(), { timeout: 40_000 }).toBeGreaterThan(0);
    await expect(at('printer-banner')).toBeHidden();
  }

  async function reprint(printer: FakePrinter): Promise<void> {
    const before = printer.bytes();
    await at('receipt').click();
    const dialog = at('dialog-receipt');
    await dialog.getByRole('radio').nth(1).click();
    await expect(dialog.getByTestId('confirm')).not.toHaveAttribute('aria-disabled', 'true');
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect.poll(() => printer.bytes()).toBeGreaterThan(before);
  }

  test('what a printer gets is the sale and nothing else, as the screen shows it, whatever a guest is called', async () => {
    const { visit_id } = await bar.openVisit({ balance_minor: 0 });
    await query(
      bar.owner,
      'UPDATE guests SET name = $2 FROM visits v WHERE v.id = $1 AND guests.id = v.guest_id RETURNING guests.id',
      [visit_id, HOSTILE_NAME],
    );
    const printer = await startPrinter();
    try {
      await setPrinter(printer);
      await showVisit(visit_id);
      await at('top-up').click();
      await at('amount').pressSequentially('300', { delay: 40 });
      await page.keyboard.press('Enter');
      await expect(at('balance')).toHaveText(/^300,00/);
      await expect.poll(() => printer.prints().length, { timeout: 40_000 }).toBe(1);
      const paper = readPaper(printer.prints()[0] ?? Buffer.alloc(0));
      expect(paper).toMatchObject({ cuts: 1, afterCut: 0 });
      const read = paper.lines.join('\n');
      expect(read).toMatch(new RegExp(`^Визит №${visit_id} `, 'm'));
      expect(read).toMatch(/^Пополнение наличными +300,00$/m);
      expect(read).toMatch(/^Остаток на карте +300,00$/m);
      expect(unspaced(read)).toContain(unspaced(HOSTILE_NAME));
      await at('receipt').click();
      await at('dialog-receipt').getByRole('radio').nth(1).click();
      await expect(at('paper').locator('img')).toBeVisible();
      const shown = await at('paper').locator('img').evaluate(wordsOfPicture);
      expect(unspaced(shown), 'paper and screen say the same').toBe(unspaced(read));
      await page.keyboard.press('Escape');
      expect(await countRows(bar)).toEqual(grown({ top_up: 1 }));
    } finally {
      await printer.off();
    }
  });

  test('the server is killed before it has booked a top-up: the dialog says so, keeps the figures, and takes it once', async () => {
    const { visit_id } = await bar.openVisit({ balance_minor: 0 });
    await showVisit(visit_id);
    await at('top-up').click();
    const dialog = at('dialog-top-up');
    await at('amount').pressSequentially('300', { delay: 40 });
    const end = await between(page, 'visits.topUp', async (route) => {
      await bar.killServer();
      await route.abort();
    });
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('alert')).toContainText('Нет ответа кассы');
    await expect(at('offline')).toBeVisible();
    await end();
    await bar.restartServer();
    await expect(at('offline')).toBeHidden();
    await expect(at('amount')).toHaveValue(/^300,00/);
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect(at('balance')).toHaveText(/^300,00/);
    expect(await countRows(bar)).toEqual(grown({ top_up: 1 }));
  });

  test('the server is killed when it has booked a refund and not said so: asked again it says what it did', async () => {
    const { visit_id } = await bar.openVisit();
    await showVisit(visit_id);
    await at('refund').click();
    const dialog = at('dialog-refund');
    await reason(dialog).click();
    const end = await between(page, 'visits.refund', async (route) => {
      await route.fetch();
      await bar.killServer();
      await route.abort();
    });
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('alert')).toContainText('Нет ответа кассы');
    await end();
    await bar.restartServer();
    await expect(at('offline')).toBeHidden();
    await expect.poll(async () => (await bar.visit(visit_id)).balance_minor).toBe(0);
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect(at('notice')).toContainText(/1\s000,00/);
    await expect(at('balance')).toHaveText(/^0,00/);
    expect(await countRows(bar)).toEqual(grown({ top_up: 1, refund: 1 }));
  });

  test('two presses close the shift once, and its figures stay to be read', async () => {
    const lead = await bar.api('shift_lead');
    const { visits } = await api.board.get.query();
    for (const { visit_id } of visits) {
      const { version: expected_version } = await lead.visits.get.query({ visit_id });
      await lead.visits.close.mutate({
        request_id: randomUUID(),
        visit_id,
        expected_version,
        reason: 'done',
        card_returned: true,
        remainder: 'refund',
        method: 'cash',
        approval: null,
      });
    }
    rows = await countRows(bar);
    const { shift } = await api.board.get.query();
    await goTo('#/shift/check');
    await expect(at('to-count')).not.toHaveAttribute('aria-disabled', 'true');
    await at('to-count').click();
    await at('count-100').fill(String((shift?.expected_cash_minor ?? 0) / 100));
    const answer = await held(page, 'shifts.close');
    await at('confirm').dblclick();
    answer.release();
    await expect(at('difference')).toHaveText(/^0,00/);
    expect(answer.asked()).toBe(1);
    await answer.end();
    expect(await countRows(bar)).toEqual(grown({ closed_shifts: 1 }));
  });
});
