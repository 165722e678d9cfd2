import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RealBar } from '#tap-node/testing/realBar';
import type { Seat } from '#tap-node/testing/realBar';
import { readValveLog, runTapCommand, startTap, untilTrue } from '#tap-node/testing/tapProcess';
import type { TapOptions, TapProcess } from '#tap-node/testing/tapProcess';

/* The real tap process against the real server over TLS: 300.00 a litre, guests with 1,000.00. */

let bar: RealBar;
let enrolled: { directory: string; tap_id: number };
const TAP = 3;
const running: TapProcess[] = [];

beforeAll(async () => {
  bar = await RealBar.open();
  enrolled = await bar.enrolledTap(TAP);
});
afterEach(async () => {
  for (const tap of running.splice(0)) await tap.kill9();
});
afterAll(async () => {
  await bar.close();
  rmSync(enrolled.directory, { recursive: true, force: true });
});

async function start(options: Partial<TapOptions> = {}): Promise<TapProcess> {
  const tap = await startTap({ directory: enrolled.directory, ...options });
  running.push(tap);
  return tap;
}

async function ready(options: Partial<TapOptions> = {}): Promise<TapProcess> {
  const tap = await start(options);
  await tap.until('an idle tap', ({ phase }) => phase === 'idle');
  return tap;
}

async function layAndOpen(tap: TapProcess, seat: Seat): Promise<void> {
  await tap.act({ tap: TAP, action: 'lay', uid: seat.uid });
  await tap.until('an open valve', ({ phase }) => phase === 'pouring');
}

async function pourAll(tap: TapProcess, ml: number): Promise<void> {
  await tap.act({ tap: TAP, action: 'pour', ml, rate: 400 });
  await tap.until(`${ml} ml`, ({ poured_ml }) => poured_ml === ml);
}

/** Billed once and only once: the balance, the one pour row, no unsettled grant. */
async function chargedOnce(seat: Seat, ml: number): Promise<void> {
  const visit = await untilTrue(
    'the settled pour',
    () => bar.visit(seat),
    ({ pours, unsettled }) => unsettled.length === 0 && pours.some((pour) => pour.sync_status === 'synced'),
  );
  expect(visit.pours.map((pour) => pour.billed_ml)).toEqual([ml]);
  expect(visit.balance_minor).toBe(100_000 - ml * 30);
  expect(visit.lock).toBeNull();
}

describe('enrolment', () => {
  it('keeps the key for its owner only', () => {
    expect(statSync(join(enrolled.directory, 'node.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(enrolled.directory, 'node.key'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY/);
  });

  it('sends no secret to a server whose CA is not the one in the code; the code stays good, once', async () => {
    const tap_ids = [await bar.newTap(9)];
    const { code } = await bar.api.nodes.createEnrolment.mutate({ name: 'Node 9', tap_ids });
    const directory = mkdtempSync(join(tmpdir(), 'taptill-node-'));
    const enrolWith = (typed: string) =>
      runTapCommand(['--enrol', typed, '--till', bar.tillUrl(), '--data', directory]);
    const rogue = code.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    expect((await enrolWith(rogue)).output).toMatch(/is not the till that gave this code/);
    expect(await enrolWith(code)).toMatchObject({ code: 0 });
    const again = await enrolWith(code);
    expect(again.code).toBe(1);
    expect(again.output).toMatch(/code/);
    rmSync(directory, { recursive: true, force: true });
  });

  it.each([
    [['--enrol', 'hello', '--till', 'https://127.0.0.1:1'], /no enrolment code/],
    [
      ['--enrol', 'SG8E44FWMZ-62b8faba8c0fd21b', '--till', 'https://127.0.0.1:1'],
      /No till answers at 127.0.0.1:1/,
    ],
    [['--data', `${import.meta.filename}/no/folder`], /cannot be used \(ENOTDIR\): name another with --data/],
    [['--frobnicate'], /--enrol CODE/],
  ])('%j is refused in a sentence that says what to do', async (args, sentence) => {
    const { code, output } = await runTapCommand(args);
    expect(output).toMatch(sentence);
    expect(output).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });
});

describe('a pour from card to ledger', () => {
  it('500 ml at 300.00 a litre: balance 850.00, keg 500 ml lighter', async () => {
    const seat = await bar.guest();
    const keg = await bar.kegOf(enrolled.tap_id);
    const tap = await ready();
    await layAndOpen(tap, seat);
    expect((await bar.visit(seat)).lock).toMatchObject({ tap_number: TAP });
    await pourAll(tap, 500);
    await tap.act({ tap: TAP, action: 'remove' });
    await tap.until('the verdict', ({ phase, unsynced }) => phase === 'idle' && unsynced === 0);
    await chargedOnce(seat, 500);
    expect(await bar.kegOf(enrolled.tap_id)).toBe((keg ?? 0) - 500);
  });

  it('a card without money is refused and opens nothing', async () => {
    const seat = await bar.guest(0);
    const valve_log = join(enrolled.directory, 'valves-refused');
    const tap = await ready({ valve_log });
    await tap.act({ tap: TAP, action: 'lay', uid: seat.uid });
    await tap.until('a refusal', ({ refusal }) => refusal === 'insufficient_funds');
    expect(readValveLog(valve_log).every(({ valve }) => valve === 'closed')).toBe(true);
  });

  it('a card lifted for less than half a second pours on under the same grant', async () => {
    const seat = await bar.guest();
    const tap = await ready();
    await layAndOpen(tap, seat);
    await pourAll(tap, 100);
    await tap.act({ tap: TAP, action: 'remove' });
    await tap.act({ tap: TAP, action: 'lay', uid: seat.uid });
    await tap.act({ tap: TAP, action: 'pour', ml: 150, rate: 400 });
    await tap.until('250 ml in all', ({ poured_ml }) => poured_ml === 250);
    await tap.act({ tap: TAP, action: 'remove' });
    await chargedOnce(seat, 250);
  });

  it('the emergency stop of the till closes the valve within a second', async () => {
    const seat = await bar.guest();
    const valve_log = join(enrolled.directory, 'valves-stop');
    const tap = await ready({ valve_log });
    await layAndOpen(tap, seat);
    const asked_at = Date.now();
    await bar.api.taps.emergencyStop.mutate({ reason: 'test' });
    await tap.until('the stop', ({ phase }) => phase === 'emergency_stop' || phase === 'closing');
    const closed = readValveLog(valve_log).findLast(({ valve }) => valve === 'closed');
    expect((closed?.at ?? 0) - asked_at).toBeLessThan(1_000);
    await bar.api.taps.endEmergencyStop.mutate({ reason: 'test' });
    await tap.act({ tap: TAP, action: 'remove' });
    await tap.until('an idle tap', ({ phase }) => phase === 'idle');
    expect((await bar.visit(seat)).balance_minor).toBe(100_000);
  });
});

describe('the till dies', () => {
  it('in mid-pour: the pour goes on, waits for the till, and is charged once', async () => {
    const seat = await bar.guest();
    const tap = await ready();
    await layAndOpen(tap, seat);
    await pourAll(tap, 200);
    const back = bar.restart();
    await tap.act({ tap: TAP, action: 'pour', ml: 200, rate: 400 });
    await tap.until('400 ml', ({ poured_ml }) => poured_ml === 400);
    await tap.act({ tap: TAP, action: 'remove' });
    await back;
    await tap.until('the verdict', ({ unsynced, phase }) => unsynced === 0 && phase === 'idle');
    await chargedOnce(seat, 400);
  });

  it.each([
    ['settle.before_commit', 'before the settle commits'],
    ['settle.after_commit', 'after the commit, the reply lost'],
    ['authorise.before_commit', 'before the grant commits'],
    ['authorise.after_commit', 'after the grant, the reply lost'],
  ])('at %s: %s, and the pour is charged once', async (faultPoint) => {
    const seat = await bar.guest();
    const tap = await ready();
    await bar.restart(faultPoint);
    await tap.until('the till again', ({ online }) => online);
    await tap.act({ tap: TAP, action: 'lay', uid: seat.uid });
    if (faultPoint.startsWith('authorise')) {
      await bar.server.exited;
      await bar.restart();
    }
    await tap.until('an open valve', ({ phase }) => phase === 'pouring', 12_000);
    await pourAll(tap, 300);
    await tap.act({ tap: TAP, action: 'remove' });
    if (faultPoint.startsWith('settle')) {
      await bar.server.exited;
      await bar.restart();
    }
    await tap.until('the verdict', ({ unsynced, phase }) => unsynced === 0 && phase === 'idle', 20_000);
    await chargedOnce(seat, 300);
  });
});

describe('kill -9 of the node', () => {
  it.each([
    ['intent.durable', 0, 0],
    ['valve.opened', 0, 0],
    ['checkpoint.written', 50, 300],
    ['checkpoint.written:3', 150, 300],
    ['end.journalled', 300, 300],
    ['settle.sent', 300, 300],
    ['verdict.received', 300, 300],
  ])('at %s: the valve closes first, and the pour is charged once', async (fault_point, least, most) => {
    const seat = await bar.guest();
    const valve_log = join(enrolled.directory, `valves-${fault_point}`);
    const tap = await ready({ fault_point, valve_log });
    await tap.act({ tap: TAP, action: 'lay', uid: seat.uid });
    await tap.act({ tap: TAP, action: 'pour', ml: 300, rate: 400 });
    await untilTrue(
      'the pour or the end of the process',
      async () => tap.child.signalCode ?? (await tap.status().catch(() => []))[0]?.poured_ml,
      (seen) => seen === 'SIGKILL' || seen === 300,
    );
    if (tap.child.signalCode === null) await tap.act({ tap: TAP, action: 'remove' }).catch(() => undefined);
    expect(await tap.exited).toEqual({ code: null, signal: 'SIGKILL' });
    const dead_at = Date.now();
    const opened = readValveLog(valve_log).some(({ valve }) => valve === 'open');
    const closed = await untilTrue(
      'a closed valve',
      () => readValveLog(valve_log).at(-1),
      (last) => last?.valve === 'closed',
      1_000,
    );
    if (opened) expect((closed?.at ?? 0) - dead_at).toBeLessThan(100);

    const holders = new Set(readValveLog(valve_log).map(({ pid }) => pid));
    const again = await ready({ valve_log });
    const first = readValveLog(valve_log).find(({ pid }) => !holders.has(pid));
    expect(first?.valve).toBe('closed');

    const visit = await untilTrue(
      'a settled grant',
      () => bar.visit(seat),
      ({ unsettled }) => unsettled.length === 0,
    );
    const billed = visit.pours.reduce((sum, pour) => sum + (pour.billed_ml ?? 0), 0);
    expect(billed).toBeGreaterThanOrEqual(least);
    expect(billed).toBeLessThanOrEqual(most);
    expect(visit.pours.length).toBeLessThanOrEqual(1);
    expect(visit.balance_minor).toBe(100_000 - billed * 30);
    expect(visit.lock).toBeNull();
    await again.until('an idle tap', ({ phase, unsynced }) => phase === 'idle' && unsynced === 0);
  });
});

describe('a revoked node', () => {
  it('gets no grant any more and says so on its screen', async () => {
    const other = await bar.enrolledTap(8);
    const tap = await startTap({ directory: other.directory });
    running.push(tap);
    await tap.until('an idle tap', ({ phase }) => phase === 'idle');
    const nodes = await bar.api.nodes.list.query();
    const node = nodes.find(({ name }) => name === 'Node 8');
    await bar.api.nodes.revoke.mutate({ node_id: node?.node_id ?? 0, reason: 'test' });
    await tap.until('no connection', ({ phase }) => phase === 'offline', 12_000);
    rmSync(other.directory, { recursive: true, force: true });
  });
});
