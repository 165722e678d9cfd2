import { expect, test } from '@playwright/test';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PAIRING_SCREENS, SCREEN_STATES } from '#tap-node/testing/screenStates';
import { pictureOf, shootScreens, SIZES } from '#tap-node/testing/shootScreens';
import { launchBrowser } from './support/launchTill.ts';

const PICTURES = fileURLToPath(new URL('../docs/img/guest', import.meta.url));
const writesPictures = process.env['TAPTILL_WRITE_PICTURES'] === '1';

test('every state of the guest screen shows itself at both panel sizes, whole and readable, and has its picture', async () => {
  const browser = await launchBrowser();
  try {
    const shots = await shootScreens(browser, writesPictures ? PICTURES : null);
    const states = [...Object.keys(SCREEN_STATES), ...Object.keys(PAIRING_SCREENS)];
    expect(shots).toHaveLength(states.length * SIZES.length);
    expect(
      shots.filter(({ look, clipped, small }) => look === null || clipped.length + small.length > 0),
    ).toEqual([]);
    // A picture of a state that is no more would lie.
    expect(readdirSync(PICTURES).sort()).toEqual(shots.map(pictureOf).sort());
  } finally {
    await browser.close();
  }
});
