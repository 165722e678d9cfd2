import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

/** What the page has seen since it was loaded, of what a person's hands do; what scripts dispatch is not trusted and not counted. */
interface Seen {
  keys: number;
  touches: number;
  /** events of a mouse, or of a pointer that is no finger */
  mouse: string[];
}
type Watched = { taptillSeen?: Seen };

/** From the next load of the page on. */
export async function watchInput(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: Seen = { keys: 0, touches: 0, mouse: [] };
    (window as unknown as Watched).taptillSeen = seen;
    const on = (type: string, take: (event: Event) => void): void =>
      window.addEventListener(type, (event) => event.isTrusted && take(event), { capture: true });
    on('keydown', () => (seen.keys += 1));
    on('touchstart', () => (seen.touches += 1));
    for (const type of [
      'pointerdown',
      'pointerup',
      'mousedown',
      'mouseup',
      'click',
      'dblclick',
      'contextmenu',
    ])
      on(type, (event) => {
        const { detail, pointerType, sourceCapabilities } = event as PointerEvent & {
          sourceCapabilities?: { firesTouchEvents: boolean } | null;
        };
        // A press of Enter or Space on a button is a click of no pointer.
        if (type === 'click' && detail === 0) return;
        const ofTouch = pointerType === 'touch' || sourceCapabilities?.firesTouchEvents === true;
        if (ofTouch) seen.touches += 1;
        else seen.mouse.push(`${type} ${pointerType ?? ''}`.trim());
      });
  });
}

const seenBy = (page: Page): Promise<Seen | undefined> =>
  page.evaluate(() => (window as unknown as Watched).taptillSeen);

export async function expectKeyboardOnly(page: Page): Promise<void> {
  const seen = await seenBy(page);
  expect(seen).toMatchObject({ touches: 0, mouse: [] });
  expect(seen?.keys).toBeGreaterThan(0);
}

export async function expectTouchOnly(page: Page): Promise<void> {
  const seen = await seenBy(page);
  expect(seen).toMatchObject({ keys: 0, mouse: [] });
  expect(seen?.touches).toBeGreaterThan(0);
}
