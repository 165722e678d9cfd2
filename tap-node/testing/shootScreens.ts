import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { startScreenServer } from '#tap-node/screen/screenServer';
import { pairingView } from '#tap-node/screen/pairingView';
import type { GuestView } from '#tap-node/screen/view';
import { PAIRING_SCREENS, SCREEN_STATES, screenState } from './screenStates.ts';

export const SIZES = [
  { width: 800, height: 480 },
  { width: 1280, height: 800 },
] as const;

export type Shot = {
  readonly name: string;
  readonly size: string;
  readonly look: string | null;
  readonly clipped: string[];
  readonly small: string[];
};

export function pictureOf({ name, size }: { name: string; size: string }): string {
  return `${name}-${size}.png`;
}

/** Every state of the guest screen at both panel sizes: pictures into `directory`, and what is cut off or too small. */
export async function shootScreens(browser: Browser, directory: string | null): Promise<Shot[]> {
  let shown = screenState('idle');
  let instead: GuestView | null = null;
  const server = await startScreenServer({
    port: 0,
    clock: { monotonic: () => shown.now, wall: () => 0, after: () => () => undefined },
    language: 'ru',
    tap_ids: [7],
    stateOf: () => shown.state,
    instead: () => instead,
  });
  if (directory) mkdirSync(directory, { recursive: true });
  const shots: Shot[] = [];
  try {
    for (const viewport of SIZES) {
      const size = `${viewport.width}x${viewport.height}`;
      const page = await browser.newPage({ viewport });
      for (const name of [...Object.keys(SCREEN_STATES), ...Object.keys(PAIRING_SCREENS)]) {
        const pairing = PAIRING_SCREENS[name];
        instead = pairing ? pairingView(pairing, name.endsWith('-en') ? 'en' : 'ru') : null;
        if (!pairing) shown = screenState(name);
        await page.goto(`http://127.0.0.1:${server.port}/tap/${shown.state.config?.tap.number ?? 3}`);
        await page.waitForSelector('#screen[data-look]');
        await page.evaluate('document.fonts.ready.then(() => undefined)');
        if (directory) await page.screenshot({ path: join(directory, pictureOf({ name, size })) });
        const look = await page.locator('#screen').getAttribute('data-look');
        shots.push({ name, size, look, ...(await faultsOf(page)) });
      }
      await page.close();
    }
  } finally {
    await server.close();
  }
  return shots;
}

/** Text that is cut off, and text under 4u: nobody reads that from 1.5 m. Runs in the page, hence as text. */
const FAULTS = `(() => {
  const least = 4 * Math.min(innerWidth / 100, (innerHeight * 1.66667) / 100) - 0.5;
  const clipped = [];
  const small = [];
  for (const one of document.querySelectorAll('#screen *')) {
    const text = one.childElementCount === 0 ? (one.textContent ?? '').trim() : '';
    if (text === '') continue;
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    const cut = one.scrollWidth > one.clientWidth + 1 && style.display !== 'inline';
    if (cut || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5 || box.left < 0 || box.top < 0)
      clipped.push(text);
    if (parseFloat(style.fontSize) < least) small.push(text);
  }
  return { clipped, small };
})()`;

function faultsOf(page: Page): Promise<{ clipped: string[]; small: string[] }> {
  return page.evaluate<{ clipped: string[]; small: string[] }>(FAULTS);
}
