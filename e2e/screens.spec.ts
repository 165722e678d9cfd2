import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axeFaults, bringAxe } from './support/axe.ts';
import { furnishEvening } from './support/evening.ts';
import type { Evening } from './support/evening.ts';
import { faultsOf } from './support/faults.ts';
import type { Exceptions } from './support/faults.ts';
import { launchBrowserTill, ROOT } from './support/launchTill.ts';
import type { BrowserTill } from './support/launchTill.ts';
import { MAY_BE_CUT } from './support/mayBeCut.ts';
import { END_OF_SHIFT, goTo, press, SCREENS } from './support/screens.ts';
import type { Screen } from './support/screens.ts';

/** The two windows of a till, and the wider one at a zoom of 150 %. */
const SIZES = [
  { width: 1366, height: 768 },
  { width: 1024, height: 768 },
  { width: 911, height: 512 },
];
const [WIDE = { width: 1366, height: 768 }] = SIZES;
const LANGUAGES = ['ru', 'en'] as const;
type Language = (typeof LANGUAGES)[number];
/** Rules whose answer a theme can change; all others are asked once, in the dark one. */
const OF_THE_THEME = ['color-contrast'];

const words = readFileSync(join(ROOT, 'renderer/i18n/ru.ts'), 'utf8');
const EXCEPTIONS: Exceptions = {
  mayBeCut: [
    ...Object.keys(MAY_BE_CUT).map((name) => `[data-cut="${name}"]`),
    // the chart library measures its labels there, far outside of the window
    '#recharts_measurement_span',
  ],
  maySmall: [],
  areas: [...words.matchAll(/^ {2}(\w+):/gm)].map((match) => match[1] ?? ''),
};

/** In a row that could not be opened: then the page is broken, and each more would wait in vain. */
const LOST_AT_MOST = 3;

const PICTURES = join(ROOT, 'docs/manual/img');
const writesPictures = process.env['TAPTILL_WRITE_PICTURES'] === '1';
const pictureName = (language: Language, picture: string): string => `${picture}-${language}.png`;

let dataDir: string;
let till: BrowserTill;
let bar: Evening;
/** what the browser's console has said since it was last asked */
const said: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(300_000);
  dataDir = mkdtempSync(join(tmpdir(), 'taptill-screens-'));
  till = await launchBrowserTill({
    dataDir,
    env: {
      TAPTILL_BACKUP_DIR: join(dataDir, 'stick'),
      TAPTILL_BACKUP_SECOND_DIR: join(dataDir, 'second'),
      TAPTILL_BACKUP_PASSPHRASE: 'for this test only',
    },
  });
  const { page } = till;
  page.setDefaultTimeout(30_000);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  page.on('console', (message) => {
    // A refusal has a status of its own, which the browser tells beside the page.
    const refused = message.text().includes('status of 412');
    // So has a server that was ended on purpose.
    const ended = till.process.killed && message.text().includes('net::ERR_');
    if (message.type() === 'error' && !refused && !ended)
      said.push(`the console says: ${message.text().slice(0, 200)}`);
  });
  page.on('pageerror', (error) => said.push(`the page threw: ${error.message.slice(0, 200)}`));
  await bringAxe(page);
});
test.afterAll(async () => {
  await bar?.close();
  await till?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The words and figures have come and nothing moves any more; a clock that ticks is no movement. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const picture = (): string => {
      const { length } = document.body.innerText.replace(/\d/g, '');
      return `${length} ${document.body.scrollHeight} ${document.querySelectorAll('*').length}`;
    };
    let before = '';
    let quiet = 0;
    for (let look = 0; look < 40 && quiet < 2; look += 1) {
      const now = picture();
      quiet = now === before ? quiet + 1 : 0;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  });
}

const paint = (page: Page, theme: 'dark' | 'light'): Promise<void> =>
  page.evaluate((scheme) => {
    document.documentElement.dataset['mantineColorScheme'] = scheme;
  }, theme);

/** Everything that is wrong with what the page shows now, in all sizes and both themes. */
async function faultsNow(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const size of SIZES.toReversed()) {
    await page.setViewportSize(size);
    const here = await page.evaluate(faultsOf, EXCEPTIONS);
    found.push(...here.map((fault) => `${size.width}×${size.height}: ${fault}`));
  }
  found.push(...(await axeFaults(page)).map((fault) => `dark: ${fault}`));
  await paint(page, 'light');
  found.push(...(await axeFaults(page, OF_THE_THEME)).map((fault) => `light: ${fault}`));
  await paint(page, 'dark');
  return [...found, ...said.splice(0)];
}

/** Nothing of the screen before is in the way. */
async function leave(page: Page): Promise<void> {
  for (let tries = 0; tries < 4; tries += 1) {
    const open = await page.evaluate(() => {
      const search = document.querySelector<HTMLInputElement>('[data-testid="search"]');
      return (
        document.querySelector('[role="dialog"], [role="menu"], [data-testid="notice"]') !== null ||
        document.querySelector('[data-testid="card-offer"], [data-testid="lost-card"]') !== null ||
        (search !== null && search.value !== '')
      );
    });
    if (!open) return;
    await page.keyboard.press('Escape');
    await settled(page);
  }
}

async function open(page: Page, screen: Screen): Promise<void> {
  await leave(page);
  await screen.open({ page, bar });
  await page.getByTestId(screen.shows).first().waitFor({ timeout: 60_000 });
  await settled(page);
}

async function check(screens: readonly Screen[], language: Language): Promise<string[]> {
  const { page } = till;
  const found: string[] = [];
  let lost = 0;
  for (const screen of screens) {
    if (lost === LOST_AT_MOST)
      return [...found, `${language}: the till is gone, no more screens were looked at`];
    try {
      await open(page, screen);
      lost = 0;
    } catch (error) {
      lost += 1;
      const why = error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : String(error);
      found.push(`${language}, ${screen.name}: could not be opened: ${why}`);
      continue;
    }
    if (screen.picture && writesPictures) await takePicture(page, pictureName(language, screen.picture));
    found.push(...(await faultsNow(page)).map((fault) => `${language}, ${screen.name}, ${fault}`));
    await screen.after?.({ page, bar });
  }
  return found;
}

async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.setViewportSize(WIDE);
  await settled(page);
  await page.screenshot({ path: join(PICTURES, name), caret: 'initial' });
}

async function choose(page: Page, language: Language): Promise<void> {
  await leave(page);
  await page.setViewportSize(WIDE);
  await press(page, 'rail-more');
  await page.locator(`[role="menuitem"][lang="${language}"]`).click();
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

/** Both languages of a page that has no menu yet. */
async function checkAtDoor(name: string): Promise<string[]> {
  const { page } = till;
  const found: string[] = [];
  for (const language of LANGUAGES.toReversed()) {
    await page.setViewportSize(WIDE);
    const button = page.locator(`button[lang="${language}"]`);
    if (await button.isVisible()) await button.click();
    await settled(page);
    found.push(...(await faultsNow(page)).map((fault) => `${language}, ${name}, ${fault}`));
  }
  return found;
}

/** All that is wrong with a part of the till in one message; the other parts are looked at all the same. */
const report = (found: readonly string[]): void => expect.soft(found.join('\n')).toBe('');

test('every dialog of the till is among the screens that are looked at', () => {
  const kinds = readFileSync(join(ROOT, 'renderer/app/dialogs.ts'), 'utf8')
    .split('export interface OpenDialog')[0]
    ?.matchAll(/kind: ((?:'\w+'(?: \| )?)+)/g);
  const names = [...(kinds ?? [])].flatMap(([, alternatives = '']) => alternatives.match(/\w+/g) ?? []);
  expect(names.length).toBeGreaterThan(30);
  const shown = new Set([...SCREENS, ...END_OF_SHIFT].map(({ dialog }) => dialog));
  expect(names.filter((name) => !shown.has(name))).toEqual([]);
});

async function lookAtTheDoor(): Promise<void> {
  const { page } = till;
  const found: string[] = [];
  await page.getByTestId('bar-name').waitFor();
  found.push(...(await checkAtDoor('the first run: the bar')));
  await page.getByTestId('bar-name').fill('Бар на углу');
  await press(page, 'confirm');
  await page.getByTestId('operator-name').fill('Инна');
  await page.getByTestId('new-pin').fill('2468');
  await page.getByTestId('new-pin-again').fill('2468');
  found.push(...(await checkAtDoor('the first run: who you are')));
  await press(page, 'confirm');
  await page.getByTestId('tap-number').waitFor();
  found.push(...(await checkAtDoor('the first run: the first tap')));
  await showRecoveryCode(page);
  found.push(...(await checkAtDoor('the first run: the recovery code')));
  await page.unrouteAll();
  await page.reload();
  await bringAxe(page);
  await press(page, 'load-demo');
  await page.getByText('1111').waitFor({ timeout: 60_000 });
  found.push(...(await checkAtDoor('the demo bar is loaded')));
  await press(page, 'confirm');
  await page.getByTestId('pin').waitFor();
  found.push(...(await checkAtDoor('the door')));
  bar = await furnishEvening({ ...till.server }, dataDir).catch((error: unknown) => {
    throw new Error(`The evening was not furnished. The server said:\n${till.output().slice(-3_000)}`, {
      cause: error,
    });
  });
  report(found);
}

/** The bar is not opened: the answer is made here, for the demo bar is loaded next. */
async function showRecoveryCode(page: Page): Promise<void> {
  const data = { recovery_code: 'K7QD-2MXP-9RTA-4HVC-8WNE', session: null, note: null };
  await page.route('**/trpc/setup.firstRun*', (route) => route.fulfill({ json: [{ result: { data } }] }));
  for (const [field, text] of [
    ['beverage-name', 'Лагер'],
    ['abv', '4,8'],
    ['price', '300'],
    ['tap-number', '1'],
  ] as const)
    await page.getByTestId(field).fill(text);
  await press(page, 'confirm');
  await page.getByTestId('recovery-code').waitFor();
}

async function signIn(page: Page, name: string, pin: string): Promise<void> {
  await page.getByRole('radio', { name }).click();
  await page.getByTestId('pin').fill(pin);
  await press(page, 'confirm');
  await page.getByTestId('search').waitFor();
}

async function lookAtTheEndOfAShift(): Promise<void> {
  const { page } = till;
  const found: string[] = [];
  await leave(page);
  await bar.everybodyLeaves();
  for (const language of LANGUAGES.toReversed()) {
    await choose(page, language);
    found.push(...(await check(END_OF_SHIFT, language)));
  }
  const dialog = page.getByTestId('dialog-why-different');
  await dialog.getByRole('radio').first().click();
  await dialog.getByTestId('confirm').click();
  const both = async (name: string, testId: string): Promise<void> => {
    for (const language of LANGUAGES) {
      await page.getByTestId(testId).waitFor();
      await choose(page, language);
      await settled(page);
      found.push(...(await faultsNow(page)).map((fault) => `${language}, ${name}, ${fault}`));
    }
  };
  await both('the shift is closed', 'shift-closed');
  await press(page, 'confirm');
  await goTo(page, '#/shift');
  await both('a shift is opened', 'open-shift');
  // The last thing of all: nothing answers any more.
  await goTo(page, '#/visits');
  till.process.kill();
  await both('the till does not answer', 'offline');
  report(found);
}

async function lookAtEveryScreen(language: Language): Promise<void> {
  const { page } = till;
  await choose(page, language);
  report(await check(SCREENS, language));
  await bar.engineer.taps.endEmergencyStop.mutate({ reason: 'Проверено' });
}

test('every screen and dialog can be read and pressed, in both languages and themes and at each size', async () => {
  test.setTimeout(900_000);
  await test.step('the first run and the door', lookAtTheDoor);
  await signIn(till.page, 'Инна', '3333');
  for (const language of LANGUAGES)
    await test.step(`every screen, in ${language}`, () => lookAtEveryScreen(language));
  await test.step('the end of a shift', lookAtTheEndOfAShift);
});

test('every picture in the manual is one that this run makes, and lies there', () => {
  const made = [...SCREENS, ...END_OF_SHIFT]
    .flatMap(({ picture }) => picture ?? [])
    .flatMap((picture) => LANGUAGES.map((language) => pictureName(language, picture)));
  const named = LANGUAGES.flatMap((language) => {
    const folder = join(ROOT, 'docs/manual', language);
    return readdirSync(folder).flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/\]\(\.\.\/img\/([^)]+)\)/g)].map(
        (match) => match[1] ?? '',
      ),
    );
  });
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !made.includes(name))).toEqual([]);
  expect([...new Set(named)].sort()).toEqual(readdirSync(PICTURES).sort());
});
