import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Sequelize } from 'sequelize';
import { startVirtualReader } from '#build/virtualReader';
import type { VirtualReader } from '#build/virtualReader';
import { startCluster } from '#server/db/cluster';
import { openDatabase } from '#server/db/database';
import { PIN, tillClient } from '#server/testing/clients';
import type { TillClient } from '#server/testing/clients';
import { changePourSettings } from '../fault/furnish.ts';
import { freePort } from './freePort.ts';
import { launchBrowserTill, launchElectronTill } from './launchTill.ts';
import { startStation } from './station.ts';
import { openWireTaps } from './wireTaps.ts';
import type { WireTaps } from './wireTaps.ts';

export type Shell = 'the Electron shell' | 'Chromium';

interface OpenShell {
  page: Page;
  url: string;
  close: () => Promise<void>;
}

/** A till that is furnished, with a reader, and two taps of one node that the test speaks for. */
export interface FlowBar {
  page: Page;
  reader: VirtualReader;
  api: TillClient;
  owner: Sequelize;
  taps: WireTaps;
  /** The lease of what is granted from now on is this long. */
  setLease(lease_ms: number): Promise<void>;
  close: () => Promise<void>;
}

export const LEASE_MS = 140_000;

export async function openFlowBar(shell: Shell): Promise<FlowBar> {
  const dataDir = mkdtempSync(join(tmpdir(), 'taptill-e2e-'));
  const reader = await startVirtualReader();
  const lanPort = await freePort();
  const ending: (() => Promise<unknown>)[] = [
    async () => rmSync(dataDir, { recursive: true, force: true }),
    () => reader.close(),
  ];
  const close = async (): Promise<void> => {
    for (const end of ending.toReversed()) await end();
  };
  try {
    const till = await openShell(shell, { dataDir, lanPort, reader });
    ending.push(() => till.close());
    const { api, tap_ids } = await furnishBar(till.url);
    const taps = await openWireTaps({ url: till.url, lanPort }, api, tap_ids);
    ending.push(() => taps.close());
    const owner = openDatabase({ url: (await startCluster({ dataDir })).ownerUrl, pool: { max: 1 } });
    ending.push(() => owner.close());
    return {
      page: till.page,
      reader,
      api,
      owner,
      taps,
      setLease: (lease_ms) => changePourSettings(owner, { start_window_ms: 1, pour_cap_ms: 1, lease_ms }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openShell(
  shell: Shell,
  around: { dataDir: string; lanPort: number; reader: VirtualReader },
): Promise<OpenShell> {
  const { dataDir, lanPort, reader } = around;
  const env = { TAPTILL_LAN_PORT: String(lanPort) };
  if (shell === 'the Electron shell') {
    const till = await launchElectronTill({ dataDir, env: { ...reader.env, ...env } });
    return { page: till.page, url: till.server.url, close: () => till.close() };
  }
  const till = await launchBrowserTill({ dataDir, env });
  const station = startStation(till.server, reader.env);
  const close = async (): Promise<void> => {
    await station.close();
    await till.close();
  };
  return { page: till.page, url: till.server.url, close };
}

/** Names without a letter of Cyrillic, so that an English screen has none. No shift is open. */
async function furnishBar(url: string): Promise<{ api: TillClient; tap_ids: number[] }> {
  const { session } = await tillClient(url).setup.firstRun.mutate({
    bar_name: 'Corner Bar',
    currency: 'RUB',
    time_zone: 'Europe/Moscow',
    language: 'ru',
    age_limit: 18,
    operator_name: 'Inna',
    pin: PIN,
    beverage: { name: 'Old Bridge Pils', abv_permille: 48, price_minor_per_litre: 30_000 },
    keg_size_ml: 30_000,
    tap_number: 1,
  });
  if (!session) throw new Error('the first run gave no session');
  const api = tillClient(url, { token: session.token });
  const [beverage] = await api.beverages.list.query();
  const { tap_id } = await api.taps.create.mutate({ number: 2 });
  const { keg_id } = await api.kegs.receive.mutate({
    request_id: randomUUID(),
    beverage_id: beverage?.beverage_id ?? 0,
    size_ml: 30_000,
  });
  await api.kegs.putOnTap.mutate({ request_id: randomUUID(), tap_id, keg_id });
  const { taps } = await api.board.get.query();
  return { api, tap_ids: taps.toSorted((a, b) => a.number - b.number).map((tap) => tap.tap_id) };
}
