import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReaderEvents } from '#card-reader/readers';
import { startVirtualReader } from '#build/virtualReader';
import type { VirtualReader } from '#build/virtualReader';
import { CardReaders } from './cardReaders.ts';
import { ReaderWatch } from '#card-reader/readers';

const wiring = (name?: string) => ({ ...(name ? { name } : {}), uid_order: 'as_read' as const });

function hear(readers: CardReaders, index: number): string[] {
  const heard: string[] = [];
  readers.watch(index, {
    laid: (uid) => void heard.push(`laid ${uid}`),
    removed: () => void heard.push('removed'),
    lost: () => void heard.push('lost'),
    found: () => void heard.push('found'),
  });
  return heard;
}

/** Readers that come and go at the test's word. */
function bench(...names: (string | undefined)[]) {
  let events: ReaderEvents | undefined;
  const logged: string[] = [];
  const readers = new CardReaders({
    wirings: names.map(wiring),
    log: (line) => void logged.push(line),
    open: (given) => void (events = given),
  });
  if (!events) throw new Error('not opened');
  return { readers, events, logged };
}

describe('which reader belongs to which tap', () => {
  it('absent at the start: lost, then found', () => {
    const { readers, events } = bench(undefined);
    const heard = hear(readers, 0);
    events.onReaders(['ACS ACR1252 00 00'], 'ready');
    events.onCard('04a1b2c3d4e580', 'ACS ACR1252 00 00');
    events.onCardGone('ACS ACR1252 00 00');
    expect(heard).toEqual(['lost', 'found', 'laid 04A1B2C3D4E580', 'removed']);
  });

  it('pulled out with a card on it: lost, and the card is not there when it is back', () => {
    const { readers, events } = bench(undefined);
    events.onReaders(['R'], 'ready');
    const heard = hear(readers, 0);
    events.onCard('E43AC9D2', 'R');
    events.onReaderGone('R');
    events.onReaders([], 'no_reader');
    events.onReaders(['R'], 'ready');
    expect(heard).toEqual(['found', 'laid E43AC9D2', 'lost', 'found']);
    expect(hear(readers, 0)).toEqual(['found']);
  });

  it('two readers, two taps: each by a part of its name', () => {
    const { readers, events } = bench('00 00', 'acr1252');
    events.onReaders(['ACS ACR122U 00 00', 'ACS ACR1252 01 00'], 'ready');
    const [first, second] = [hear(readers, 0), hear(readers, 1)];
    events.onCard('E43AC9D2', 'ACS ACR1252 01 00');
    expect(first).toEqual(['found']);
    expect(second).toEqual(['found', 'laid E43AC9D2']);
  });

  it('a name that fits two readers, and no name beside two readers, take neither', () => {
    for (const name of ['ACS', undefined]) {
      const { readers, events, logged } = bench(name);
      events.onReaders(['ACS 00 00'], 'ready');
      const heard = hear(readers, 0);
      events.onReaders(['ACS 00 00', 'ACS 01 00'], 'ready');
      expect(heard).toEqual(['found', 'lost']);
      expect(logged.at(-1)).toMatch(/"ACS 00 00", "ACS 01 00"; /);
    }
  });

  it('a UID in reverse is turned round, and one that no till takes is shown to it', () => {
    const { readers, events } = bench(undefined);
    events.onReaders(['R'], 'ready');
    const heard = hear(readers, 0);
    events.onCard('08a1b2c3', 'R');
    events.onCard('0011', 'R');
    expect(heard).toEqual(['found', 'laid 08A1B2C3']);
  });
});

describe('the readers of pcscd', () => {
  let reader: VirtualReader;
  const socket = process.env['PCSCLITE_CSOCK_NAME'];
  const watches: ReaderWatch[] = [];
  beforeAll(async () => {
    reader = await startVirtualReader();
    process.env['PCSCLITE_CSOCK_NAME'] = reader.env['PCSCLITE_CSOCK_NAME'];
  });
  afterAll(async () => {
    if (socket === undefined) delete process.env['PCSCLITE_CSOCK_NAME'];
    else process.env['PCSCLITE_CSOCK_NAME'] = socket;
    await reader?.close();
  });

  it('hot-plug, two readers at two taps, lost under a card and found again', async () => {
    await reader.unplug();
    const readers = new CardReaders({
      wirings: [wiring('00 00'), wiring('00 01')],
      log: () => undefined,
      open(events) {
        const watch = new ReaderWatch(events);
        watches.push(watch);
        watch.open();
      },
    });
    const [first, second] = [hear(readers, 0), hear(readers, 1)];
    const patient = { timeout: 20_000 };
    expect([first, second]).toEqual([['lost'], ['lost']]);
    await reader.plugIn();
    await expect
      .poll(() => [first, second], patient)
      .toEqual([
        ['lost', 'found'],
        ['lost', 'found'],
      ]);
    const card = await reader.lay('04a1b2c3d4e580');
    await expect.poll(() => first.at(-1), patient).toBe('laid 04A1B2C3D4E580');
    card.remove();
    await expect.poll(() => first.at(-1), patient).toBe('removed');
    const other = await reader.lay('E43AC9D2', 1);
    await expect.poll(() => second.at(-1), patient).toBe('laid E43AC9D2');
    await reader.unplug();
    await expect.poll(() => second.at(-1), patient).toBe('lost');
    other.remove();
    await reader.plugIn();
    await expect.poll(() => [first.at(-1), second.at(-1)], patient).toEqual(['found', 'found']);
  });
});
