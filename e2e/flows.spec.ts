/**
 * The eight core flows of a bar's evening, in the real shell and in a browser, by keyboard only and by touch only, in Russian and in
 * English: each value of each axis runs each flow, in four passes.
 */
import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { formatMoney } from '#domain/texts/format';
import type { Language } from '#domain/texts/format';
import { PIN } from '#server/testing/clients';
import { readBooks } from './fault/books.ts';
import { openFlowBar, LEASE_MS } from './support/flowBar.ts';
import type { FlowBar, Shell } from './support/flowBar.ts';
import { keyboardHands, touchHands } from './support/hands.ts';
import type { Hands } from './support/hands.ts';
import { expectKeyboardOnly, expectTouchOnly, watchInput } from './support/inputWatch.ts';

interface Pass {
  hands: Hands['name'];
  language: Language;
  guest: string;
  /** of the guest's first card, of the one that replaces it, and of the other guest's */
  cards: readonly [string, string, string];
}

const FLOAT_MINOR = 500_000;
const PASSES: Record<Shell, readonly [Pass, Pass]> = {
  'the Electron shell': [
    { hands: 'keyboard', language: 'ru', guest: 'Анна Кравцова', cards: uids('A') },
    { hands: 'touch', language: 'en', guest: 'Anna Kravtsova', cards: uids('B') },
  ],
  Chromium: [
    { hands: 'keyboard', language: 'en', guest: 'Anna Kravtsova', cards: uids('A') },
    { hands: 'touch', language: 'ru', guest: 'Анна Кравцова', cards: uids('B') },
  ],
};

/** What a flow has to do with: a bar, a pair of hands, and who came. */
interface FlowTill extends Pass {
  bar: FlowBar;
  page: Page;
  by: Hands;
  visit_id: number;
}

const at = (till: FlowTill, name: string): Locator => till.page.getByTestId(name);
const money = (till: FlowTill, minor: number): string => formatMoney(minor, 'RUB', till.language);

async function openFlowTill(bar: FlowBar, pass: Pass): Promise<FlowTill> {
  const { page } = bar;
  await bar.api.shifts.open.mutate({ request_id: randomUUID(), float_minor: FLOAT_MINOR });
  // Nobody is signed in any more.
  await page.evaluate(() => window.sessionStorage.clear());
  await page.reload();
  const by = pass.hands === 'keyboard' ? keyboardHands(page) : await touchHands(page);
  const till = { ...pass, bar, page, by, visit_id: 0 };
  await by.press(page.getByRole('button', { name: pass.language === 'ru' ? 'Русский' : 'English' }));
  await by.digits(at(till, 'pin'), PIN);
  await by.confirm(page);
  await expect(at(till, 'search')).toBeVisible();
  return till;
}

const FLOWS: readonly (readonly [string, (till: FlowTill) => Promise<void>])[] = [
  ['a visit is opened and a card issued', openVisit],
  ['money is taken', topUp],
  ['a visit is found', findVisit],
  ['a card that is locked at a tap is freed', freeCard],
  ['a lost card is reported and another issued', replaceLostCard],
  ['a pour that timed out is entered by its code', enterPour],
  ['a visit is closed and its money given back', closeVisit],
  ['the shift is closed', closeShift],
];

async function openVisit(till: FlowTill): Promise<void> {
  const { by, bar, cards } = till;
  await by.press(at(till, 'open-visit'), 'F3');
  const dialog = at(till, 'dialog-open-visit');
  await by.write(dialog.getByTestId('guest-query'), till.guest);
  await by.choose(dialog.getByRole('radio', { name: till.guest }));
  await by.press(dialog.getByTestId('aged'));
  await by.confirm(dialog);
  await expect(at(till, 'dialog-card')).toBeVisible();
  const card = await bar.reader.lay(cards[0]);
  const issued = at(till, 'dialog-card-issued');
  await expect(issued).toBeVisible();
  card.remove();
  await by.dismiss(issued);
  await expect(at(till, 'visit-card-tail')).toContainText(cards[0].slice(-4));
  const { visits } = await bar.api.board.get.query();
  till.visit_id = visits.find((visit) => visit.card_uid === cards[0])?.visit_id ?? 0;
}

async function topUp(till: FlowTill): Promise<void> {
  await till.by.press(at(till, 'top-up'), 'F4');
  const dialog = at(till, 'dialog-top-up');
  await till.by.digits(dialog.getByTestId('amount'), '1000');
  await till.by.digits(dialog.getByTestId('received'), '1500');
  await expect(dialog.getByTestId('change')).toHaveText(money(till, 50_000));
  await till.by.confirm(dialog);
  await expect(dialog).toBeHidden();
  await expect(at(till, 'balance')).toHaveText(money(till, 100_000));
}

async function findVisit(till: FlowTill): Promise<void> {
  await till.by.press(at(till, 'rail-kegs'));
  await expect(at(till, 'visit-card')).toBeHidden();
  await till.by.find(till.guest.slice(-6), at(till, `visit-${till.visit_id}`));
  await expect(at(till, 'visit-card')).toContainText(till.guest);
}

async function freeCard(till: FlowTill): Promise<void> {
  const { bar, by } = till;
  await bar.setLease(LEASE_MS);
  const grant = await bar.taps.grant(1, till.cards[0]);
  await expect(at(till, 'lock')).toContainText(/1/);
  await by.press(at(till, 'free-card'));
  const dialog = at(till, 'dialog-free-card');
  await by.choose(dialog.getByRole('radio').nth(1));
  await by.confirm(dialog);
  await expect(dialog).toBeHidden();
  await bar.taps.settle(grant, 0);
  await expect(at(till, 'top-up')).not.toHaveAttribute('aria-disabled', 'true');
  await expect(at(till, 'close-visit')).not.toHaveAttribute('aria-disabled', 'true');
  const visit = await bar.api.visits.get.query({ visit_id: till.visit_id });
  expect(visit).toMatchObject({ lock: null, unsettled: [], balance_minor: 100_000 });
}

async function replaceLostCard(till: FlowTill): Promise<void> {
  const { by, bar, cards } = till;
  await by.press(at(till, 'report-lost'));
  const dialog = at(till, 'dialog-report-lost');
  await by.choose(dialog.getByRole('radio').nth(1));
  await by.confirm(dialog);
  await expect(at(till, 'dialog-card')).toBeVisible();
  const card = await bar.reader.lay(cards[1]);
  const issued = at(till, 'dialog-card-issued');
  await expect(issued).toBeVisible();
  card.remove();
  await by.dismiss(issued);
  await expect(at(till, 'visit-card-tail')).toContainText(cards[1].slice(-4));
  await expect(at(till, 'balance')).toHaveText(money(till, 100_000));
}

/** The tap has been silent since the valve opened; what its screen shows is typed. */
async function enterPour(till: FlowTill): Promise<void> {
  const { bar, by, cards } = till;
  const other = await bar.api.visits.open.mutate({
    request_id: randomUUID(),
    guest: { name: null, phone: null, age_confirmed: true },
    card_uid: await inPool(bar, cards[2]),
  });
  const { visit_id } = other;
  const paid = { request_id: randomUUID(), visit_id, amount_minor: 15_000, method: 'cash' } as const;
  await bar.api.visits.topUp.mutate(paid);
  await bar.setLease(3);
  const { short_id } = await bar.taps.grant(2, cards[2]);
  await expect(at(till, 'tap-2')).toHaveAttribute('data-state', 'pending');
  await by.press(at(till, 'tap-2'));
  const dialog = at(till, 'dialog-pour-by-code');
  await by.digits(dialog.getByTestId('code'), short_id, short_id.length);
  await by.digits(dialog.getByTestId('ml'), '500');
  await expect(dialog.getByTestId('confirm')).toContainText(money(till, 15_000));
  await by.confirm(dialog);
  await expect(dialog).toBeHidden();
  await expect(at(till, 'balance')).toHaveText(money(till, 0));
  const { pours, version } = await bar.api.visits.get.query({ visit_id });
  expect(pours).toMatchObject([{ source: 'manual', billed_ml: 500, cost_minor: 15_000 }]);
  await bar.api.visits.close.mutate({
    request_id: randomUUID(),
    visit_id,
    expected_version: version,
    reason: 'done',
    card_returned: true,
    remainder: 'keep',
    method: 'cash',
    approval: null,
  });
}

async function closeVisit(till: FlowTill): Promise<void> {
  const { bar, by, cards } = till;
  await by.press(at(till, 'rail-visits'));
  await by.find(till.guest.slice(-6), at(till, `visit-${till.visit_id}`));
  await expect(at(till, 'visit-card')).toContainText(till.guest);
  await by.press(at(till, 'close-visit'), 'F8');
  const dialog = at(till, 'dialog-close-visit');
  await expect(dialog).toBeVisible();
  const card = await bar.reader.lay(cards[1]);
  await expect(dialog.getByTestId('confirm')).toContainText(money(till, 100_000));
  await by.confirm(dialog);
  await expect(dialog).toBeHidden();
  card.remove();
  await expect(at(till, 'notice')).toContainText(money(till, 100_000));
  const visit = await bar.api.visits.get.query({ visit_id: till.visit_id });
  expect(visit).toMatchObject({ state: 'closed', balance_minor: 0, refunded_minor: 100_000 });
}

/** In the drawer: the float and what the other guest paid. */
async function closeShift(till: FlowTill): Promise<void> {
  const { by, bar } = till;
  await by.press(at(till, 'rail-shift'));
  await by.press(at(till, 'close-shift'));
  await expect(at(till, 'to-count')).not.toHaveAttribute('aria-disabled', 'true');
  await by.press(at(till, 'to-count'), 'Enter');
  await by.digits(at(till, 'count-500000'), '1');
  await by.digits(at(till, 'count-5000'), '3');
  await expect(at(till, 'counted')).toHaveText(money(till, FLOAT_MINOR + 15_000));
  await by.press(at(till, 'confirm'));
  await expect(at(till, 'difference')).toHaveText(money(till, 0));
  await by.press(at(till, 'shift-closed').getByTestId('confirm'));
  await expect(at(till, 'open-shift')).toBeVisible();
  expect((await bar.api.board.get.query()).shift).toBeNull();
  expect(await readBooks(bar.owner)).toEqual({
    broken: [],
    ledger_sum_minor: 0,
    unsettled: 0,
    locked_visits: 0,
  });
}

async function inPool(bar: FlowBar, uid: string): Promise<string> {
  await bar.api.cards.addToPool.mutate({ uid });
  return uid;
}

function uids(mark: string): readonly [string, string, string] {
  return [`04${mark}1B2C3D4E581`, `04${mark}1B2C3D4E582`, `04${mark}1B2C3D4E583`];
}

/** The page is in that language wholly: what is said for a screen reader too. */
async function expectWordsOf(page: Page, language: Language): Promise<void> {
  const { lang, words } = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    words: document.body.innerText,
  }));
  expect(lang).toBe(language);
  if (language === 'en') expect(words.match(/.*[а-яё].*/giu) ?? []).toEqual([]);
  else expect(words).toMatch(/[а-яё]/iu);
}

for (const [shell, passes] of Object.entries(PASSES) as [Shell, readonly Pass[]][])
  test.describe(`the core flows in ${shell}`, () => {
    test.describe.configure({ mode: 'serial' });
    let bar: FlowBar;
    test.beforeAll(async () => {
      bar = await openFlowBar(shell);
      await watchInput(bar.page);
    });
    test.afterAll(() => bar?.close());

    for (const pass of passes)
      test.describe(`by ${pass.hands} only, in ${pass.language}`, () => {
        let till: FlowTill;
        test.beforeAll(async () => {
          till = await openFlowTill(bar, pass);
        });
        test.afterEach(async () => {
          await expectWordsOf(bar.page, pass.language);
          await (pass.hands === 'keyboard' ? expectKeyboardOnly : expectTouchOnly)(bar.page);
        });
        for (const [title, flow] of FLOWS) test(title, () => flow(till));
      });
  });
