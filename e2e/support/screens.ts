/* One table of all that a till can show, as long as the till is: a screen that is missing here is missing in every check. */
import type { Page } from '@playwright/test';
import { DEMO_FREE_CARDS } from '#server/demo/demoBar';
import type { Evening } from './evening.ts';

export interface At {
  page: Page;
  bar: Evening;
}
export interface Screen {
  name: string;
  /** the dialogs of renderer/app/dialogs.ts that are open then */
  dialog?: string;
  open: (at: At) => Promise<unknown>;
  /** what must be there when it is open */
  shows: string;
  /** the name of its picture in the manual */
  picture?: string;
  /** what was made for it is as it was */
  after?: (at: At) => Promise<unknown>;
}

/** Straight to an address of the page, by its hash. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    window.location.hash = to;
  }, hash);
}
export const press = async (page: Page, ...testIds: string[]): Promise<void> => {
  for (const testId of testIds) await page.getByTestId(testId).first().click();
};

const place =
  (hash: string): Screen['open'] =>
  ({ page }) =>
    goTo(page, hash);
/** What the till's server would answer, without its being done. */
async function answer(page: Page, procedure: string, data: unknown): Promise<void> {
  await page.route(`**/trpc/${procedure}*`, (route) => route.fulfill({ json: [{ result: { data } }] }));
}
/** The shift of the board has been open for longer than a day. */
async function openTooLong(page: Page): Promise<void> {
  await page.route(/trpc\/[^?]*board\.get/, async (route) => {
    const response = await route.fetch();
    const json = (await response.json()) as { result?: { data?: { shift?: { open_warning?: string } } } }[];
    for (const { result } of json) if (result?.data?.shift) result.data.shift.open_warning = 'too_long';
    await route.fulfill({ response, json });
  });
}
/** A place, and what is pressed there. */
const pressed =
  (hash: string, ...testIds: string[]): Screen['open'] =>
  async ({ page }) => {
    await goTo(page, hash);
    await press(page, ...testIds);
  };
const visitOf = async ({ page, bar }: At, name: string, ...testIds: string[]): Promise<void> => {
  const { visit_id } = bar.of(name);
  await goTo(page, `#/visits/${visit_id}`);
  await page.getByTestId('visit-card').getByRole('heading', { name }).waitFor();
  await press(page, ...testIds);
};
const visit =
  (name: string, ...testIds: string[]): Screen['open'] =>
  (at) =>
    visitOf(at, name, ...testIds);
const tapPage =
  (number: number, ...testIds: string[]): Screen['open'] =>
  async ({ page, bar }) => {
    await goTo(page, `#/taps/${bar.tap(number)}`);
    await press(page, ...testIds);
  };
const guest =
  (name: string, ...testIds: string[]): Screen['open'] =>
  async ({ page, bar }) => {
    await goTo(page, `#/guests/${(await bar.visit(name)).guest_id}`);
    await page.getByTestId('guests').getByRole('heading', { name }).waitFor();
    await press(page, ...testIds);
  };

/** Of the first keg in this state: the change that stands there. */
const changedKeg =
  (state: 'on_tap' | 'in_store', change: number): Screen['open'] =>
  async ({ page, bar }) => {
    const kegs = await bar.engineer.kegs.list.query();
    await goTo(page, '#/kegs');
    await press(page, `change-keg-${kegs.find((keg) => keg.state === state)?.keg_id}`);
    await page.getByTestId('dialog-keg').getByRole('radio').nth(change).click();
  };

const VISITS: Screen[] = [
  { name: 'the board with nobody chosen', open: place('#/visits'), shows: 'taps' },
  {
    name: 'a visit while its guest pours',
    shows: 'visit-card',
    picture: 'visit',
    async open(at) {
      await at.bar.beginPour();
      await visitOf(at, 'Анна Кравцова');
      await at.page.getByTestId('tap-1').and(at.page.locator('[data-state=pouring]')).waitFor();
    },
  },
  {
    name: 'free a card',
    dialog: 'freeCard',
    shows: 'dialog-free-card',
    open: visit('Анна Кравцова', 'free-card'),
    picture: 'free-card',
  },
  {
    name: 'a visit whose pour waits for its volume',
    shows: 'visit-card',
    async open(at) {
      await at.bar.endPour();
      await visitOf(at, 'Дмитрий Сомов');
    },
  },
  {
    name: 'a pour by its code',
    dialog: 'pourByCode',
    shows: 'dialog-pour-by-code',
    picture: 'pour-by-code',
    async open(at) {
      await visitOf(at, 'Дмитрий Сомов', 'pour-by-code');
      const [waiting] = (await at.bar.visit('Дмитрий Сомов')).unsettled;
      const dialog = at.page.getByTestId('dialog-pour-by-code');
      await dialog
        .locator('input')
        .first()
        .fill(waiting?.short_id ?? '');
      await dialog.getByTestId('ml').pressSequentially('400');
    },
  },
  {
    name: 'a pour whose code cannot be seen',
    dialog: 'pourByCode',
    shows: 'dialog-pour-by-code',
    open: visit('Дмитрий Сомов', 'pour-by-code', 'code-unseen'),
  },
  {
    name: 'what is wanted instead of what is blocked',
    shows: 'notice',
    async open(at) {
      await visitOf(at, 'Дмитрий Сомов');
      // It may be pressed, although it says that it is disabled.
      await at.page.getByTestId('close-visit').click({ force: true });
    },
  },
  { name: 'a visit near the limit', shows: 'raise-limit', open: visit('Ольга Мартынова') },
  {
    name: 'a higher limit for today',
    dialog: 'raiseLimit',
    shows: 'dialog-raise-limit',
    open: visit('Ольга Мартынова', 'raise-limit'),
  },
  {
    name: 'a top-up with change',
    dialog: 'topUp',
    shows: 'dialog-top-up',
    picture: 'top-up',
    async open(at) {
      await visitOf(at, 'Игорь Лебедев', 'top-up');
      await at.page.getByTestId('amount').pressSequentially('1500');
      await at.page.getByTestId('received').click();
      await at.page.getByTestId('received').pressSequentially('2000');
    },
  },
  {
    name: 'a refund',
    dialog: 'refund',
    shows: 'dialog-refund',
    picture: 'refund',
    open: visit('Игорь Лебедев', 'refund'),
  },
  {
    name: 'the end of a visit',
    dialog: 'closeVisit',
    shows: 'dialog-close-visit',
    picture: 'close-visit',
    open: visit('Игорь Лебедев', 'close-visit'),
  },
  {
    name: 'the end of a visit without its card',
    dialog: 'closeVisit',
    shows: 'dialog-close-visit',
    open: visit('Игорь Лебедев', 'close-visit', 'no-card'),
  },
  {
    name: 'another card',
    dialog: 'replaceCard',
    shows: 'dialog-card',
    open: visit('Игорь Лебедев', 'replace-card', 'type-uid'),
  },
  {
    name: 'a pour on the house',
    dialog: 'correctPour',
    shows: 'dialog-correct-pour',
    open: visit('Игорь Лебедев', 'on-the-house'),
  },
  {
    name: 'a card reported lost',
    dialog: 'reportLost',
    shows: 'dialog-report-lost',
    picture: 'report-lost',
    open: visit('Игорь Лебедев', 'report-lost'),
  },
  {
    name: 'the receipt of a visit',
    dialog: 'receipt',
    shows: 'dialog-receipt',
    open: visit('Игорь Лебедев', 'receipt'),
  },
  { name: 'a visit with a debt', shows: 'settle-debt', open: visit('Роман Тихий') },
  {
    name: 'a debt that is paid',
    dialog: 'debt',
    shows: 'dialog-debt',
    open: visit('Роман Тихий', 'settle-debt'),
  },
  ...['writeOff', 'carry'].map((way): Screen => ({
    name: `a debt: ${way}`,
    dialog: 'debt',
    shows: 'dialog-debt',
    open: visit('Роман Тихий', 'settle-debt', `debt-${way}`),
  })),
  { name: 'a visit without a card', shows: 'issue-card', open: visit('Светлана Юдина') },
  {
    name: 'a card for a visit',
    dialog: 'issueCard',
    shows: 'dialog-card',
    picture: 'issue-card',
    open: visit('Светлана Юдина', 'issue-card'),
  },
  {
    name: 'a card that was issued',
    dialog: 'issueCard',
    shows: 'dialog-card-issued',
    async open({ page, bar }) {
      await goTo(page, `#/visits/${await bar.someoneWithoutCard()}`);
      await press(page, 'issue-card', 'type-uid');
      await page.getByTestId('uid').fill(bar.freeCard());
      await press(page, 'use-uid');
    },
  },
  {
    name: 'a new visit',
    dialog: 'openVisit',
    shows: 'dialog-open-visit',
    picture: 'new-visit',
    async open({ page }) {
      await goTo(page, '#/visits');
      await press(page, 'open-visit');
      await page.getByTestId('guest-query').fill('Мария');
      await page.getByTestId('dialog-open-visit').getByRole('radio').nth(2).waitFor();
    },
  },
  {
    name: 'a new visit of somebody who is here',
    dialog: 'openVisit',
    shows: 'dialog-open-visit',
    async open({ page }) {
      await goTo(page, '#/visits');
      await press(page, 'open-visit');
      await page.getByTestId('guest-query').fill('Кравцова');
      await page.getByTestId('dialog-open-visit').getByText('Анна Кравцова').first().waitFor();
    },
  },
  {
    name: 'a visit on the house',
    dialog: 'openHouse',
    shows: 'dialog-open-house',
    open: pressed('#/visits', 'open-visit', 'open-house'),
  },
  {
    name: 'the search',
    shows: 'taps',
    async open({ page }) {
      await goTo(page, '#/visits');
      await page.getByTestId('search').fill('ма');
      await page.getByText('Мария Соколова').first().waitFor();
    },
  },
  {
    name: 'a search that finds nobody',
    shows: 'taps',
    async open({ page }) {
      await page.getByTestId('search').fill('Поликарп Архангельский');
      await page.getByText('Поликарп').first().waitFor();
    },
  },
];

const CARDS: Screen[] = [
  {
    name: 'a free card on the reader',
    shows: 'card-offer',
    async open({ page, bar }) {
      await goTo(page, '#/visits');
      await bar.layAtTill(DEMO_FREE_CARDS.at(-1) ?? '');
    },
  },
  { name: 'an unknown card', shows: 'add-to-pool', open: ({ bar }) => bar.layAtTill('04AABBCCDDEE80') },
  {
    name: 'a lost card',
    shows: 'lost-card',
    open: async ({ bar }) => bar.layAtTill(await bar.lostCard()),
  },
];

const TAPS: Screen[] = [
  { name: 'kegs', shows: 'kegs', open: place('#/kegs'), picture: 'kegs' },
  {
    name: 'a keg received',
    dialog: 'receiveKeg',
    shows: 'dialog-receive-keg',
    open: pressed('#/kegs', 'receive-keg'),
  },
  {
    name: 'a keg of something new',
    dialog: 'receiveKeg',
    shows: 'dialog-receive-keg',
    async open({ page }) {
      await goTo(page, '#/kegs');
      await press(page, 'receive-keg');
      await page.getByTestId('beverage').selectOption({ index: 6 });
    },
  },
  {
    name: 'a keg on a tap',
    dialog: 'putKeg',
    shows: 'dialog-put-keg',
    open: tapPage(5, 'tap-keg'),
    picture: 'put-keg',
  },
  {
    name: 'a keg on a tap while another should be opened first',
    dialog: 'putKeg',
    shows: 'next-first',
    async open({ page }) {
      await goTo(page, '#/kegs');
      const row = page.getByTestId('kegs').getByRole('row', { name: /Старый мост.*30/ });
      await row.last().getByRole('button').first().click();
    },
  },
  {
    name: 'a keg that is empty',
    dialog: 'keg',
    shows: 'dialog-keg',
    open: changedKeg('on_tap', 0),
  },
  {
    name: 'another keg is on the tap',
    dialog: 'keg',
    shows: 'right-keg',
    async open(at) {
      await changedKeg('on_tap', 1)(at);
      await at.page.getByTestId('since').selectOption('time');
    },
  },
  {
    name: 'the marking code of a keg',
    dialog: 'keg',
    shows: 'marking-code',
    open: changedKeg('in_store', 0),
  },
  {
    name: 'a keg that goes back',
    dialog: 'keg',
    shows: 'dialog-keg',
    open: changedKeg('in_store', 1),
  },
  { name: 'taps', shows: 'taps-page', open: place('#/taps') },
  { name: 'a new tap', dialog: 'addTap', shows: 'dialog-add-tap', open: pressed('#/taps', 'add-tap') },
  {
    name: 'a tap connected by a code',
    dialog: 'connectTap',
    shows: 'dialog-connect-tap',
    open: pressed('#/taps', 'connect-tap'),
  },
  {
    name: 'the code of a tap',
    dialog: 'connectTap',
    shows: 'enrolment-code',
    open: pressed('#/taps', 'connect-tap', 'confirm'),
  },
  {
    name: 'a tap that asks to be let in',
    dialog: 'pairNode',
    shows: 'dialog-pair-node',
    async open({ page, bar }) {
      await bar.askToPair();
      await goTo(page, '#/taps');
      await press(page, 'pair-node', 'same-code');
    },
  },
  {
    name: 'a tap that is not let in',
    dialog: 'refuseNode',
    shows: 'dialog-refuse-node',
    open: pressed('#/taps', 'refuse-node'),
  },
  {
    name: 'a controller disconnected',
    dialog: 'revokeNode',
    shows: 'dialog-revoke-node',
    open: pressed('#/taps', 'revoke-node'),
  },
  {
    name: 'a silent tap',
    dialog: 'silentTap',
    shows: 'dialog-silent-tap',
    open: pressed('#/visits', 'tap-4'),
    picture: 'silent-tap',
  },
  { name: 'the care of a tap', shows: 'tap-page', open: tapPage(1) },
  {
    name: 'a tap is cleaned',
    dialog: 'tapService',
    shows: 'dialog-tap-service',
    open: tapPage(1, 'tap-clean'),
  },
  {
    name: 'a cleaning ends',
    dialog: 'tapService',
    shows: 'dialog-tap-service',
    open: tapPage(2, 'tap-clean'),
  },
  {
    name: 'a tap is switched off',
    dialog: 'tapService',
    shows: 'dialog-tap-service',
    open: tapPage(1, 'tap-switch'),
  },
  {
    name: 'a tap is switched on again',
    dialog: 'tapService',
    shows: 'dialog-tap-service',
    async open(at) {
      await at.bar.switchTap(5, 'disabled');
      await tapPage(5, 'tap-switch')(at);
    },
    after: ({ bar }) => bar.switchTap(5, 'selling'),
  },
  {
    name: 'a tap stops waiting',
    dialog: 'tapService',
    shows: 'dialog-tap-service',
    open: tapPage(3, 'tap-reset'),
  },
  {
    name: 'a keg is taken off',
    dialog: 'tapService',
    shows: 'dialog-tap-service',
    open: tapPage(1, 'tap-keg'),
  },
  {
    name: 'a calibration',
    dialog: 'calibrate',
    shows: 'dialog-calibrate',
    open: tapPage(1, 'tap-calibrate'),
  },
  {
    name: 'the question before all taps stop',
    dialog: 'stopAll',
    shows: 'dialog-stop-all',
    open: pressed('#/visits', 'stop-all'),
  },
];

const GUESTS: Screen[] = [
  { name: 'a guest', shows: 'guests', open: guest('Фёдор Ёлкин') },
  {
    name: 'a guest is edited',
    dialog: 'editGuest',
    shows: 'dialog-edit-guest',
    open: guest('Фёдор Ёлкин', 'guest-edit'),
  },
  {
    name: 'a guest is not served any more',
    dialog: 'blockGuest',
    shows: 'dialog-block-guest',
    open: guest('Фёдор Ёлкин', 'guest-block'),
  },
  {
    name: 'a guest is forgotten',
    dialog: 'eraseGuest',
    shows: 'dialog-erase-guest',
    async open({ page }) {
      await goTo(page, '#/guests');
      await page.getByTestId('search').fill('Мария Соколова');
      await page.getByTestId('guests').getByRole('link', { name: 'Мария Соколова' }).click();
      await page.getByTestId('guests').getByRole('heading', { name: 'Мария Соколова' }).waitFor();
      await press(page, 'guest-erase');
    },
  },
  {
    name: 'a guest who pays the price for staff',
    dialog: 'staffPrice',
    shows: 'dialog-staff-price',
    open: guest('Фёдор Ёлкин', 'guest-staff'),
  },
  {
    name: 'money that nobody came for is given back',
    dialog: 'claimMoney',
    shows: 'dialog-claim-money',
    async open({ page, bar }) {
      await goTo(page, `#/guests/${bar.unclaimed_guest_id}`);
      await press(page, 'guest-claim');
    },
  },
  { name: 'lost cards', shows: 'lost-cards', open: place('#/lost') },
  {
    name: 'a worn-out card is retired',
    dialog: 'retireCard',
    shows: 'dialog-retire-card',
    open: pressed('#/lost', 'retire-card'),
  },
  {
    name: 'a card was found',
    dialog: 'cardFound',
    shows: 'dialog-card-found',
    open: async ({ page }) => {
      await goTo(page, '#/lost');
      await page.locator('[data-testid^=found-]').first().click();
    },
  },
  {
    name: 'what must be decided',
    shows: 'review-adjust',
    picture: 'review',
    open: async ({ page, bar }) => goTo(page, `#/review/open/${await bar.disputedPour()}`),
  },
  { name: 'what must be looked at', shows: 'review', open: place('#/review/open') },
  { name: 'what was decided', shows: 'review', open: place('#/review/resolved') },
  { name: 'reports that were not taken', shows: 'review', open: place('#/review/raw') },
  {
    name: 'a review: as it is',
    dialog: 'resolveReview',
    shows: 'dialog-resolve-review',
    open: pressed('#/review/open', 'review-keep'),
  },
  {
    name: 'a review: by the meter',
    dialog: 'resolveReview',
    shows: 'dialog-resolve-review',
    async open({ page, bar }) {
      await goTo(page, `#/review/open/${await bar.disputedPour()}`);
      await press(page, 'review-adjust');
    },
  },
];

const SHIFT: Screen[] = [
  { name: 'the shift', shows: 'shift-home', open: place('#/shift'), picture: 'shift' },
  {
    name: 'money into the drawer',
    dialog: 'moveCash',
    shows: 'dialog-move-cash',
    open: pressed('#/shift', 'cash-in'),
  },
  {
    name: 'money out of the drawer',
    dialog: 'moveCash',
    shows: 'dialog-move-cash',
    open: pressed('#/shift', 'cash-out'),
  },
  { name: 'the check before the close', shows: 'to-count', open: place('#/shift/check'), picture: 'check' },
  {
    name: 'a shift closed without a tap',
    dialog: 'waiveTaps',
    shows: 'dialog-waive-taps',
    open: pressed('#/shift/check', 'waive'),
  },
  {
    name: 'guests who left at closing time',
    dialog: 'walkedOut',
    shows: 'dialog-walked-out',
    open: pressed('#/shift/check', 'walked-out'),
  },
  { name: 'the drawer goes to somebody else', shows: 'hand-over', open: place('#/shift/handOver') },
  {
    name: 'who takes the drawer',
    shows: 'dialog-taker',
    open: pressed('#/shift/handOver', 'confirm'),
  },
  {
    name: 'the drawer was handed over',
    shows: 'handed-over',
    async open({ page }) {
      const ended = { operator_id: 1, expected_minor: 1_250_000, counted_minor: 1_200_000 };
      await answer(page, 'cash.handOver', {
        ended: { ...ended, difference_minor: -50_000 },
        cash_session_id: 1,
        operator_id: 1,
      });
      await goTo(page, '#/shift/handOver');
      await press(page, 'confirm');
      await page.getByTestId('taker-pin').fill('1111');
      await page.getByTestId('dialog-taker').getByTestId('confirm').click();
    },
    after: ({ page }) => page.unrouteAll(),
  },
  { name: 'debts', shows: 'debts', open: place('#/shift/debts') },
  {
    name: 'a debt from the list',
    dialog: 'guestDebt',
    shows: 'dialog-debt',
    open: pressed('#/shift/debts', 'settle'),
  },
  { name: 'the shift until now', shows: 'x-report', open: place('#/shift/x') },
  { name: 'the shifts before', shows: 'shift-history', open: place('#/shift/history') },
  { name: 'the report of a shift', shows: 'shift-report', open: place('#/shift/history/1') },
  {
    name: 'the report of a shift on paper',
    dialog: 'shiftPaper',
    shows: 'dialog-shift-paper',
    async open({ page }) {
      await goTo(page, '#/shift/history/1');
      await press(page, 'on-paper');
      await page.getByTestId('paper').locator('img').waitFor();
    },
  },
  {
    name: 'a shift that is open too long',
    shows: 'long-shift-banner',
    async open({ page, bar }) {
      await openTooLong(page);
      await goTo(page, '#/visits');
      await bar.switchTap(5, 'disabled');
    },
    async after({ page, bar }) {
      await page.unrouteAll();
      await bar.switchTap(5, 'selling');
    },
  },
  {
    name: 'a printer that does not print',
    shows: 'printer-banner',
    async open({ page, bar }) {
      await goTo(page, '#/visits');
      await bar.breakPrinter();
    },
  },
  {
    name: 'the drawer without a sale',
    dialog: 'openDrawer',
    shows: 'dialog-open-drawer',
    open: pressed('#/shift', 'open-drawer'),
    after: ({ bar }) => bar.takePrinterAway(),
  },
];

const REPORTS: Screen[] = [
  ...(['sales', 'losses', 'held', 'decisions', 'kegs'] as const).map((view): Screen => ({
    name: `the report: ${view}`,
    shows: 'reports',
    async open({ page }) {
      await goTo(page, `#/reports/${view}`);
      if (view === 'sales') await page.locator('.recharts-bar-rectangle').first().waitFor();
    },
    ...(view === 'sales' && { picture: 'reports' }),
  })),
];

const SETTINGS: Screen[] = [
  { name: 'staff', shows: 'staff', open: place('#/staff'), picture: 'staff' },
  {
    name: 'somebody new',
    dialog: 'operator',
    shows: 'dialog-operator',
    open: pressed('#/staff', 'add-operator'),
  },
  {
    name: 'somebody changed',
    dialog: 'operator',
    shows: 'dialog-operator',
    async open({ page }) {
      await goTo(page, '#/staff');
      await page.locator('[data-testid^=change-]').first().click();
    },
  },
  {
    name: 'a new recovery code',
    dialog: 'recoveryCode',
    shows: 'dialog-recovery-code',
    open: pressed('#/staff', 'recovery-code-new'),
  },
  {
    name: 'the new recovery code',
    dialog: 'recoveryCode',
    shows: 'dialog-recovery-made',
    async open({ page }) {
      await goTo(page, '#/staff');
      await press(page, 'recovery-code-new');
      await page.getByTestId('own-pin').fill('3333');
      await press(page, 'confirm');
    },
  },
  {
    name: 'a PIN of one’s own',
    dialog: 'ownPin',
    shows: 'dialog-own-pin',
    async open({ page }) {
      await goTo(page, '#/visits');
      await press(page, 'rail-more', 'more-own-pin');
    },
  },
  { name: 'beverages and prices', shows: 'prices', open: place('#/prices'), picture: 'prices' },
  {
    name: 'a new beverage',
    dialog: 'beverage',
    shows: 'dialog-beverage',
    open: pressed('#/prices', 'add-beverage'),
  },
  {
    name: 'a happy hour',
    dialog: 'priceRule',
    shows: 'dialog-rule',
    open: pressed('#/prices', 'add-rule'),
  },
  {
    name: 'a happy hour is changed',
    dialog: 'priceRule',
    shows: 'dialog-rule',
    async open({ page }) {
      await goTo(page, '#/prices');
      await page.locator('[data-testid^=edit-rule-]').first().click();
    },
  },
  {
    name: 'a happy hour ends for good',
    dialog: 'removeRule',
    shows: 'dialog-remove-rule',
    async open({ page }) {
      await goTo(page, '#/prices');
      await page.locator('[data-testid^=remove-rule-]').first().click();
    },
  },
  ...(['actions', 'events', 'pos'] as const).map((view): Screen => ({
    name: `the journal: ${view}`,
    shows: 'journal',
    open: place(`#/events/${view}`),
  })),
  ...(['bar', 'pour', 'service', 'money', 'till', 'printer'] as const).map((section): Screen => ({
    name: `settings: ${section}`,
    shows: `settings-${section}`,
    open: place(`#/settings/${section}`),
  })),
  {
    name: 'settings are saved',
    dialog: 'saveSettings',
    shows: 'dialog-save-settings',
    async open({ page }) {
      await goTo(page, '#/settings/bar');
      await page.getByTestId('setting-name').fill('Кран и Кружка на набережной');
      await press(page, 'save-settings');
    },
  },
  {
    name: 'settings not saved yet',
    shows: 'drop-settings',
    open: place('#/settings/bar'),
  },
  {
    name: 'flags',
    shows: 'settings-flags',
    open: pressed('#/settings/bar', 'drop-settings', 'section-flags'),
  },
  {
    name: 'a flag is switched',
    dialog: 'setFlag',
    shows: 'dialog-set-flag',
    async open({ page }) {
      await goTo(page, '#/settings/flags');
      await page.locator('[data-testid^=flag-]').first().click();
    },
  },
  {
    name: 'the age of the backup',
    shows: 'settings-backup',
    open: place('#/settings/backup'),
    picture: 'backup',
  },
  { name: 'about', shows: 'settings-about', open: place('#/settings/about') },
  {
    name: 'the menu',
    shows: 'more-staff',
    async open({ page }) {
      await goTo(page, '#/visits');
      await press(page, 'rail-more');
    },
  },
];

const STOPPED: Screen[] = [
  {
    name: 'all taps stopped',
    shows: 'stop-alert',
    async open({ page, bar }) {
      await bar.engineer.taps.emergencyStop.mutate({ reason: 'Течь' });
      await goTo(page, '#/visits');
    },
  },
  {
    name: 'the stop ends',
    dialog: 'endStop',
    shows: 'dialog-end-stop',
    open: pressed('#/visits', 'end-stop'),
  },
];

/** Every screen and every dialog, in an order in which each can be opened after the one before. */
export const SCREENS: Screen[] = [
  ...VISITS,
  ...CARDS,
  ...TAPS,
  ...GUESTS,
  ...SHIFT,
  ...REPORTS,
  ...SETTINGS,
  ...STOPPED,
];

/** Before the shift can be closed nobody may be here any more. */
export const END_OF_SHIFT: Screen[] = [
  { name: 'the drawer is counted', shows: 'shift-count', open: place('#/shift/count'), picture: 'count' },
  {
    name: 'why the drawer differs',
    shows: 'dialog-why-different',
    open: pressed('#/shift/count', 'confirm'),
  },
];
