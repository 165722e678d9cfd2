import { expect } from '@playwright/test';
import type { CDPSession, Locator, Page } from '@playwright/test';

/** How a person works at the till. One flow is written once and done by either. */
export interface Hands {
  readonly name: 'keyboard' | 'touch';
  /** A button, a link, a line of a list; `key` is the one that does the same. */
  press(target: Locator, key?: string): Promise<void>;
  /** One option of a few. */
  choose(option: Locator): Promise<void>;
  /** Words into a field: by touch with the system's keyboard on the screen, which inserts text and presses no key. */
  write(field: Locator, text: string): Promise<void>;
  /** A figure into a field; by touch with the pad beside it. `erase`: so many digits stand there already. */
  digits(field: Locator, text: string, erase?: number): Promise<void>;
  /** What the dialog or page has to confirm. */
  confirm(within: Locator | Page): Promise<void>;
  /** Leaves a dialog by its left button. */
  dismiss(dialog: Locator): Promise<void>;
  /** By the one search. */
  find(text: string, row: Locator): Promise<void>;
}

/** As people type: slower than the reader that types a card. */
const KEY_MS = 40;
const MOST_TABS = 160;

export function keyboardHands(page: Page): Hands {
  const { keyboard } = page;
  const type = (text: string): Promise<void> => keyboard.type(text, { delay: KEY_MS });
  const tabTo = async (target: Locator): Promise<void> => {
    await expect(target).toBeVisible();
    for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
      const there = await target.evaluate((element) => element === document.activeElement);
      if (there) {
        expect(await target.evaluate((element) => element.matches(':focus-visible'))).toBe(true);
        return;
      }
      await keyboard.press('Tab');
    }
    throw new Error(`${MOST_TABS} tabs do not reach ${String(target)}`);
  };
  return {
    name: 'keyboard',
    async press(target, key) {
      await expect(target).not.toHaveAttribute('aria-disabled', 'true');
      if (key !== undefined) return keyboard.press(key);
      await tabTo(target);
      await keyboard.press('Enter');
    },
    async choose(option) {
      const group = option.locator('xpath=ancestor::*[@role="radiogroup"]');
      await tabTo(group.getByRole('radio').first());
      for (let downs = 0; !(await isChosen(option)); downs += 1) {
        if (downs > 12) throw new Error(`no arrow reaches ${String(option)}`);
        await keyboard.press('ArrowDown');
      }
    },
    async write(field, text) {
      await tabTo(field);
      await type(text);
    },
    async digits(field, text, erase = 0) {
      await tabTo(field);
      await keyboard.press('End');
      for (let digit = 0; digit < erase; digit += 1) await keyboard.press('Backspace');
      await type(text);
    },
    async confirm(within) {
      await expect(within.getByTestId('confirm')).not.toHaveAttribute('aria-disabled', 'true');
      await keyboard.press('Enter');
    },
    async dismiss(dialog) {
      await keyboard.press('Escape');
      await expect(dialog).toBeHidden();
    },
    async find(text, row) {
      await type(text);
      await keyboard.press('Enter');
      await expect(row).toHaveAttribute('aria-current', 'true');
    },
  };
}

export async function touchHands(page: Page): Promise<Hands> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 1 });
  let before: (Spot & { at: number }) | null = null;
  const tap = async (target: Locator): Promise<void> => {
    const spot = await placeOf(target);
    const isSame = before !== null && Math.hypot(spot.x - before.x, spot.y - before.y) < DOUBLE_TAP_PX;
    const early = isSame && before !== null ? before.at + DOUBLE_TAP_MS - performance.now() : 0;
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    await tapAt(cdp, spot);
    before = { ...spot, at: performance.now() };
  };
  const press = async (target: Locator): Promise<void> => {
    await expect(target).not.toHaveAttribute('aria-disabled', 'true');
    await tap(target);
  };
  const pad = page
    .getByRole('group')
    .filter({ has: page.getByRole('button', { name: '7', exact: true }) })
    .last();
  const write = async (field: Locator, text: string): Promise<void> => {
    await tap(field);
    await expect(field).toBeFocused();
    await page.keyboard.insertText(text);
  };
  return {
    name: 'touch',
    press,
    async choose(option) {
      await tap(option);
      await expect.poll(() => isChosen(option)).toBe(true);
    },
    write,
    async digits(field, text, erase = 0) {
      await tap(field);
      for (let digit = 0; digit < erase; digit += 1) await tap(pad.getByRole('button').last());
      for (const digit of text) await tap(pad.getByRole('button', { name: digit, exact: true }));
    },
    confirm: (within) => press(within.getByTestId('confirm')),
    async dismiss(dialog) {
      await tap(dialog.locator('footer button').first());
      await expect(dialog).toBeHidden();
    },
    async find(text, row) {
      await write(page.getByTestId('search'), text);
      await tap(row);
    },
  };
}

const isChosen = (option: Locator): Promise<boolean> =>
  option.evaluate((element) => element.getAttribute('aria-checked') === 'true');

interface Spot {
  x: number;
  y: number;
  /** what a finger there touches is the target, not something before it */
  free: boolean;
}

/** Two taps at one place within this are a double one: a person who means the next button looks first. */
const DOUBLE_TAP_MS = 700;
const DOUBLE_TAP_PX = 40;

/** The middle of what stands still and is not covered: there a finger reaches it. */
async function placeOf(target: Locator): Promise<Spot> {
  await expect(target).toBeVisible();
  let last: Spot | null = null;
  await expect
    .poll(
      async () => {
        const now = await target.evaluate(spotOf);
        const still = now.free && last !== null && last.x === now.x && last.y === now.y;
        last = now;
        return still;
      },
      `a finger reaches ${String(target)}`,
    )
    .toBe(true);
  return last as unknown as Spot;
}

async function tapAt(cdp: CDPSession, { x, y }: Spot): Promise<void> {
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

/** Runs in the page. */
function spotOf(element: Element): Spot {
  element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const { left, top, width, height } = element.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const hit = document.elementFromPoint(x, y);
  return { x, y, free: hit !== null && (element.contains(hit) || hit.contains(element)) };
}
