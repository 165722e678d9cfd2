import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Locator, Page, Route } from '@playwright/test';
import { expect } from '@playwright/test';
import { queryOne } from '#server/db/query';
import { PIN } from '#server/testing/clients';
import type { Bar } from '../fault/bar.ts';

/** Rows that must not become two: of one visit's account, of the drawer, of pours and of shifts. */
export interface Rows {
  top_up: number;
  refund: number;
  comp: number;
  cash_moves: number;
  closed_visits: number;
  closed_shifts: number;
  manual: number;
}

export function countRows(bar: Bar): Promise<Rows> {
  return queryOne<Rows & object>(
    bar.owner,
    `SELECT count(*) FILTER (WHERE kind = 'top_up') AS top_up, count(*) FILTER (WHERE kind = 'refund') AS refund,
       count(*) FILTER (WHERE kind = 'comp') AS comp,
       count(*) FILTER (WHERE kind IN ('cash_in', 'cash_out')) AS cash_moves,
       (SELECT count(*) FROM visits WHERE state = 'closed') AS closed_visits,
       (SELECT count(*) FROM shifts WHERE state = 'closed') AS closed_shifts,
       (SELECT count(*) FROM pours WHERE source = 'manual') AS manual
     FROM ledger_transactions`,
    [],
  );
}

/** As the bar's engineer, whoever else works there. */
export async function signInAtScreen(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('radio', { name: 'Инна' }).click();
  await page.getByTestId('pin').fill(PIN);
  await page.getByTestId('confirm').click();
  await expect(page.getByTestId('search')).toBeVisible();
}

/** What a keyboard-wedge reader types, in one breath: however busy the machine is, no key comes later than a reader's. */
export async function burst(page: Page, text: string): Promise<void> {
  await page.evaluate(
    (keys) => {
      for (const key of keys) {
        const target = document.activeElement ?? document.body;
        target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      }
    },
    [...text, 'Enter'],
  );
}

/** Stands between the page and one procedure of the till; the page's own request is `route`'s. */
export async function between(
  page: Page,
  procedure: string,
  handle: (route: Route) => Promise<void>,
): Promise<() => Promise<void>> {
  const path = (url: URL): boolean => url.pathname.split('/').at(-1)?.split(',').includes(procedure) === true;
  await page.route(path, handle);
  return () => page.unroute(path, handle);
}

/** The answer is held until `release`: what is pressed meanwhile is pressed while the first is on its way. */
export async function held(page: Page, procedure: string) {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let asked = 0;
  const end = await between(page, procedure, async (route) => {
    asked += 1;
    await gate;
    await route.continue();
  });
  return { asked: () => asked, release: () => release(), end };
}

export interface FakePrinter {
  port: number;
  /** bytes that came since it was switched on */
  bytes: () => number;
  /** whole prints since it was switched on, each of one connection */
  prints: () => readonly Buffer[];
  off(): Promise<void>;
  on(): Promise<void>;
}

/** A network printer's raw port. */
export async function startPrinter(): Promise<FakePrinter> {
  let server: Server | undefined;
  let port = 0;
  let bytes = 0;
  let prints: Buffer[] = [];
  const sockets = new Set<Socket>();
  const on = async (): Promise<void> => {
    bytes = 0;
    prints = [];
    const listening = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      const parts: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        parts.push(chunk);
      });
      socket.on('end', () => {
        prints.push(Buffer.concat(parts));
        socket.end();
      });
    });
    await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
    const address = listening.address();
    if (address !== null && typeof address === 'object') port = address.port;
    server = listening;
  };
  const off = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    server = undefined;
  };
  await on();
  return { port, bytes: () => bytes, prints: () => prints, off, on };
}

/** What stands in the fields of a dialog or page. */
export const valuesOf = (within: Locator): Promise<string[]> =>
  within.locator('input').evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
