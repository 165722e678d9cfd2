import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { bundle } from '#build/bundle';
import { startVirtualReader } from '#build/virtualReader';
import type { VirtualReader } from '#build/virtualReader';
import { query } from '#server/db/query';
import type { TillClient } from '#server/testing/clients';
import { startBar } from '../fault/bar.ts';
import type { Bar } from '../fault/bar.ts';
import { signInAtScreen } from '../support/hardBar.ts';
import { launchBrowser, VIEWPORT } from '../support/launchTill.ts';
import { startStation } from '../support/station.ts';
import { percentile } from './figures.ts';

/** The ten screens from which a card is laid. */
const SCREENS = [
  ...['#/visits', '#/kegs', '#/taps', '#/guests', '#/lost'],
  ...['#/review/open', '#/shift', '#/staff', '#/events/actions', '#/settings/bar'],
];
const VISITS = 500;
const GUESTS = 10_000;
const CARDS_OF_SCREEN = 3;
const EVENTS = 50;
const SEARCHES = 200;
const SCROLL_MS = 5_000;
const SLOW_FRAME_MS = 32;

interface Visit {
  visit_id: number;
  uid: string;
}

/** What a cashier waits for, on a bar with 500 guests in the room and 10,000 in the books: in Chromium, on the real server. */
export async function screenFigures(say: (line: string) => void) {
  await bundle(['renderer']);
  const bar = await startBar({ taps: 8 });
  const reader = await startVirtualReader();
  const station = startStation(bar.server(), reader.env);
  const browser = await launchBrowser();
  try {
    const api = await bar.api('cashier');
    const visits = await fillBar(bar, api);
    const page = await browser.newPage({ viewport: VIEWPORT });
    await signInAtScreen(page, bar.url);
    await page.getByTestId('visits').waitFor();
    const ready = async (): Promise<boolean> => (await api.board.get.query()).reader.state === 'ready';
    while (!(await ready())) await pause(100);
    const cards = await cardToVisit(page, reader, visits);
    const events = await eventToScreen(page, api, visits);
    const search_ms = await searching(api);
    const frames = await scrolling(page);
    const figures = {
      visits: VISITS,
      guests: GUESTS,
      ...{ card_p50_ms: percentile(cards.times, 50), card_p95_ms: percentile(cards.times, 95) },
      ...{ cards: cards.times.length, typed_input_lost: cards.lost },
      ...{ event_p50_ms: percentile(events, 50), event_p95_ms: percentile(events, 95) },
      ...{ search_p50_ms: percentile(search_ms, 50), search_p95_ms: percentile(search_ms, 95) },
      ...frames,
    };
    say(
      `screen with ${VISITS} visits: card on the reader → visit p95 ${figures.card_p95_ms} ms from ${SCREENS.length} screens, ` +
        `typed input lost ${figures.typed_input_lost} times; top-up at another till → balance p95 ${figures.event_p95_ms} ms; ` +
        `search among ${GUESTS} guests p95 ${figures.search_p95_ms} ms; ` +
        `${figures.slow_frames_percent} % of ${figures.frames} frames over ${SLOW_FRAME_MS} ms while scrolling`,
    );
    return figures;
  } finally {
    await browser.close();
    await station.close();
    await reader.close();
    await bar.stop();
  }
}

async function fillBar(bar: Bar, api: TillClient): Promise<Visit[]> {
  await query(
    bar.owner,
    `WITH people AS (
       INSERT INTO guests (name, phone)
       SELECT (ARRAY['Анна','Борис','Вера','Глеб','Дарья','Егор','Жанна','Захар'])[1 + i % 8] || ' ' ||
              (ARRAY['Соколова','Лебедев','Козлова','Новиков','Морозова','Петров','Волкова'])[1 + i % 7] || ' ' || i,
              '7900' || lpad(i::text, 7, '0')
       FROM generate_series(1, $1::int) i RETURNING id)
     INSERT INTO guest_accounts (guest_id) SELECT id FROM people`,
    [GUESTS],
  );
  await query(bar.owner, 'ANALYZE guests', []);
  const visits: Visit[] = [];
  for (let i = 0; i < VISITS; i += 1) {
    const uid = `04${(0xa00000000000 + i).toString(16).toUpperCase()}`;
    await api.cards.addToPool.mutate({ uid });
    const { visit_id } = await api.visits.open.mutate({
      request_id: randomUUID(),
      guest: { name: `Гость ${i}`, phone: null, age_confirmed: true },
      card_uid: uid,
    });
    visits.push({ visit_id, uid });
  }
  return visits;
}

/** On the clock that page and bench share. */
const now = (): number => performance.timeOrigin + performance.now();

/** Resolves with the moment of the first frame in which an element of that test id shows the text. */
function seenAt(page: Page, testId: string, text: string): Promise<number> {
  return page.evaluate(
    ([id, wanted]) =>
      new Promise<number>((resolve, reject) => {
        setTimeout(() => reject(new Error(`${id} does not show ${wanted}`)), 30_000);
        const look = (): void => {
          const found = document.querySelector(`[data-testid="${id}"]`)?.textContent?.includes(wanted ?? '');
          if (!found) return;
          observer.disconnect();
          requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
        look();
      }),
    [testId, text],
  );
}

/** From each screen; where something is being typed it must still stand there afterwards. */
async function cardToVisit(page: Page, reader: VirtualReader, visits: Visit[]) {
  const times: number[] = [];
  let lost = 0;
  let next = 0;
  for (const screen of SCREENS)
    for (let i = 0; i < CARDS_OF_SCREEN; i += 1) {
      const visit = visits[(next += 7) % visits.length];
      if (!visit) continue;
      await page.evaluate((to) => void (window.location.hash = to), screen);
      await page.getByTestId('visit-card').waitFor({ state: 'detached' });
      const typed = await typeSomething(page, screen);
      const seen = seenAt(page, 'visit-card-tail', visit.uid.slice(-4));
      const laid = now();
      const card = await reader.lay(visit.uid);
      times.push((await seen) - laid);
      card.remove();
      const kept = await page.getByTestId('search').inputValue();
      if (kept !== typed) lost += 1;
      await page.getByTestId('search').fill('');
      // The reader has to see that the card is gone before the next one.
      await pause(300);
    }
  return { times, lost };
}

/** The search keeps what is typed on the two screens that it leads to; elsewhere it leads away. */
async function typeSomething(page: Page, screen: string): Promise<string> {
  if (screen !== '#/visits' && screen !== '#/guests') return '';
  await page.getByTestId('search').pressSequentially('сок', { delay: 40 });
  return page.getByTestId('search').inputValue();
}

/** From the call of the other till to the frame that shows the new balance: the command itself is in it. */
async function eventToScreen(page: Page, other: TillClient, visits: Visit[]): Promise<number[]> {
  const { visit_id } = visits[0] ?? { visit_id: 0 };
  await page.evaluate((to) => void (window.location.hash = to), `#/visits/${visit_id}`);
  await page.getByTestId('balance').waitFor();
  const times: number[] = [];
  let roubles = Math.round((await other.visits.get.query({ visit_id })).balance_minor / 100);
  for (let i = 0; i < EVENTS; i += 1) {
    roubles += 1;
    const seen = seenAt(page, 'balance', `${roubles},00`);
    const asked = now();
    const paid = { request_id: randomUUID(), visit_id, amount_minor: 100, method: 'card_terminal' } as const;
    await other.visits.topUp.mutate(paid);
    times.push((await seen) - asked);
  }
  return times;
}

async function searching(api: TillClient): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < SEARCHES; i += 1) {
    const words = ['сокол', 'лебедев 1', 'дарья', String(1_000 + i), `петров ${i}`, 'зоя'][i % 6] ?? '';
    const asked = now();
    await api.visits.search.query({ query: words });
    times.push(now() - asked);
  }
  return times.slice(6);
}

/** The list of visits is drawn down and up by a script, a little each frame. */
async function scrolling(page: Page) {
  await page.evaluate(() => void (window.location.hash = '#/visits'));
  const deltas = await page.evaluate(
    (for_ms) =>
      new Promise<number[]>((resolve) => {
        const list = document.querySelector('[data-testid="visits"]');
        const found: number[] = [];
        const began = performance.now();
        let last = began;
        let step = 40;
        const frame = (at: number): void => {
          found.push(at - last);
          last = at;
          if (!list || at - began > for_ms) return resolve(found.slice(1));
          const end = list.scrollHeight - list.clientHeight;
          if (list.scrollTop + step > end || list.scrollTop + step < 0) step = -step;
          list.scrollTop += step;
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
    SCROLL_MS,
  );
  const slow = deltas.filter((ms) => ms > SLOW_FRAME_MS).length;
  return {
    frames: deltas.length,
    slow_frames_percent: Math.round((1000 * slow) / deltas.length) / 10,
    frame_p95_ms: percentile(deltas, 95),
  };
}
