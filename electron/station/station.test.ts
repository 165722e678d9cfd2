import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startVirtualReader, type VirtualReader } from '#build/virtualReader';
import { stationReport, type StationReport } from '#domain/protocol/equipment';

const TOKEN = 'a-token-of-this-test';
const FIRST = 'Virtual PCD 00 00';
const SECOND = 'Virtual PCD 00 01';

/** The server's side of `station.report`: it takes what has the token and the right shape. */
class Till {
  readonly reports: StationReport[] = [];
  private server: Server | undefined;
  private port = 0;

  async open(): Promise<void> {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const parsed = stationReport.safeParse(JSON.parse(body || 'null'));
        const welcome =
          request.method === 'POST' &&
          request.url === '/trpc/station.report' &&
          request.headers.authorization === `Bearer ${TOKEN}` &&
          parsed.success;
        if (welcome) this.reports.push(parsed.data);
        response.writeHead(welcome ? 200 : 400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ result: { data: { ok: true } } }));
      });
    });
    await new Promise<void>((resolve) => this.server!.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async hears(wanted: StationReport): Promise<void> {
    const text = JSON.stringify(wanted);
    for (let waited = 0; waited < 12_000; waited += 20) {
      if (this.reports.some((report) => JSON.stringify(report) === text)) return;
      await sleep(20);
    }
    throw new Error(`not heard: ${text}; heard: ${JSON.stringify(this.reports)}`);
  }
}

function startStation(url: string, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { ...process.env, TAPTILL_SERVER_URL: url, TAPTILL_STATION_TOKEN: TOKEN, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function stopped(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return gone;
}

const scanned = (uid: string, reader = FIRST): StationReport => ({ type: 'card.scanned', uid, reader });
const removed = (uid: string, reader = FIRST): StationReport => ({ type: 'card.removed', uid, reader });
const ready: StationReport = { type: 'reader.changed', state: 'ready', names: [FIRST, SECOND] };
const noService: StationReport = { type: 'reader.changed', state: 'no_service', names: [] };

describe('the card reader process, through pcscd and its virtual reader', () => {
  let reader: VirtualReader;
  let till: Till;
  let station: ChildProcess;

  beforeAll(async () => {
    reader = await startVirtualReader();
  });
  afterAll(() => reader?.close());

  beforeEach(async () => {
    await reader.plugIn();
    till = new Till();
    await till.open();
    station = startStation(till.url, reader.env);
    await till.hears(ready);
  });
  afterEach(async () => {
    await stopped(station);
    await till.close();
  });

  it('tells the canonical UID of a card that is laid down, and when it is taken away', async () => {
    const card = await reader.lay('04a1b2c3d4e580');
    await till.hears(scanned('04A1B2C3D4E580'));
    card.remove();
    await till.hears(removed('04A1B2C3D4E580'));
  });

  it('tells cards of two readers apart', async () => {
    const cards = [await reader.lay('E43AC9D2'), await reader.lay('04112233445566', 1)];
    await till.hears(scanned('E43AC9D2'));
    await till.hears(scanned('04112233445566', SECOND));
    for (const card of cards) card.remove();
    await till.hears(removed('E43AC9D2'));
    await till.hears(removed('04112233445566', SECOND));
  });

  it('tells a card that cannot be used as well, so that the screen can say why', async () => {
    const card = await reader.lay('08a1b2c3');
    await till.hears(scanned('08A1B2C3'));
    card.remove();
  });

  it('sees the service die and come back, and reads cards again without a restart', async () => {
    const card = await reader.lay('E43AC9D2');
    await till.hears(scanned('E43AC9D2'));
    await reader.unplug();
    await till.hears(removed('E43AC9D2'));
    await till.hears(noService);
    card.remove();
    till.reports.length = 0;
    await reader.plugIn();
    await till.hears(ready);
    await reader.lay('04A1B2C3D4E580').then(async (other) => {
      await till.hears(scanned('04A1B2C3D4E580'));
      other.remove();
    });
  });

  it('reports again when the server was away for a moment', async () => {
    await till.close();
    const card = await reader.lay('E43AC9D2');
    await sleep(700);
    await till.open();
    await till.hears(scanned('E43AC9D2'));
    card.remove();
  });

  it('ends within half a second when asked to, whatever PC/SC is doing', async () => {
    for (let start = 0; start < 8; start += 1) {
      const began = performance.now();
      await stopped(station);
      expect(performance.now() - began).toBeLessThan(500);
      till.reports.length = 0;
      station = startStation(till.url, reader.env);
      await till.hears(ready);
    }
  });

  it('a killed station hurts nobody: the next one reads the card that still lies there', async () => {
    const card = await reader.lay('E43AC9D2');
    await till.hears(scanned('E43AC9D2'));
    await stopped(station, 'SIGKILL');
    till.reports.length = 0;
    station = startStation(till.url, reader.env);
    await till.hears(scanned('E43AC9D2'));
    card.remove();
  });

  it('starts without a service and says so', async () => {
    await stopped(station);
    till.reports.length = 0;
    station = startStation(till.url, { PCSCLITE_CSOCK_NAME: '/nonexistent/pcscd.comm' });
    await till.hears(noService);
  });

  it.each([
    [{ TAPTILL_SERVER_URL: '' }, 'TAPTILL_SERVER_URL'],
    [{ TAPTILL_STATION_TOKEN: '' }, 'TAPTILL_STATION_TOKEN'],
    [{ TAPTILL_READER_BYTE_ORDER: 'backwards' }, 'TAPTILL_READER_BYTE_ORDER'],
  ])('refuses to start with %j and names the setting', async (env, name) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
      env: { ...process.env, TAPTILL_SERVER_URL: till.url, TAPTILL_STATION_TOKEN: TOKEN, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(1);
    expect(said).toContain(name);
  });
});
