import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GIVE_UP_AFTER_MS } from '#domain/receipt/documents';
import { PRINTER_DEFAULTS } from '#domain/receipt/printer';
import type { PrinterSettings } from '#domain/receipt/printer';
import { query } from '../db/query.ts';
import { printerState } from '../queries/printer.ts';
import { moneyOfVisit } from '../queries/receiptFacts.ts';
import { closeVisit } from '../services/closeVisit.ts';
import { cancelPrint, openDrawer, printDocument, receiptPicture } from '../services/printDocument.ts';
import type { Actor } from '../services/support/deps.ts';
import { topUp } from '../services/topUp.ts';
import { aBar, anOpenShift, anOperator, aVisit } from '../testing/builders.ts';
import type { Bar } from '../testing/builders.ts';
import { refusalOf } from '../testing/refusals.ts';
import { testDatabase } from '../testing/testDatabase.ts';
import type { TestDatabase } from '../testing/testDatabase.ts';
import { printWaiting } from './printWaiting.ts';
import { bytesOf } from './render.ts';

let db: TestDatabase;
let bar: Bar;
let cashier: Actor;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.truncate();
  bar = await aBar(db);
  cashier = await anOperator(bar, { name: 'Марина', role: 'shift_lead' });
  await anOpenShift(bar);
});

/** A printer's raw port: what each connection brought. */
class PaperRoll {
  readonly prints: Buffer[] = [];
  private server: Server | undefined;

  async on(port = 0): Promise<number> {
    this.server = createServer((socket) => {
      const parts: Buffer[] = [];
      socket.on('data', (part) => parts.push(part));
      socket.on('end', () => {
        this.prints.push(Buffer.concat(parts));
        socket.end();
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(port, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  async off(): Promise<void> {
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
  }
}
const roll = new PaperRoll();
afterEach(async () => {
  await roll.off();
  roll.prints.length = 0;
});

const setUp = (values: Partial<PrinterSettings>) =>
  query(db.sequelize, `INSERT INTO settings (key, value) VALUES ('printer', $1::jsonb)`, [
    JSON.stringify({ ...PRINTER_DEFAULTS, host: '127.0.0.1', ...values }),
  ]);
const request_id = () => randomUUID();
const paid = (visit_id: number) =>
  topUp(bar.deps, cashier, { request_id: request_id(), visit_id, amount_minor: 100_000, method: 'cash' });
/** Every wait of a retry is over. */
const due = () =>
  query(db.sequelize, `UPDATE print_jobs SET next_attempt_at = now() WHERE state = 'waiting'`);
const PULSE = Buffer.from([0x1b, 0x70, 0x00, 0x19, 0xfa]);
/** Code page 866 as text. */
const read = (bytes: Buffer): string => new TextDecoder('ibm866').decode(bytes);

describe('printing', () => {
  it('a cash top-up opens the drawer and prints itself; a second delivery of the sale prints nothing more', async () => {
    await setUp({ target: 'network', port: await roll.on(), prints_top_ups: true, opens_drawer: true });
    const { visit_id } = await aVisit(bar);
    const sale = { request_id: request_id(), visit_id, amount_minor: 100_000, method: 'cash' as const };
    await topUp(bar.deps, cashier, sale);
    await topUp(bar.deps, cashier, sale);
    expect(await printWaiting(bar.deps)).toEqual({ printed: 1, failed: 0 });
    expect(await printWaiting(bar.deps)).toEqual({ printed: 0, failed: 0 });
    const [bytes = Buffer.alloc(0)] = roll.prints;
    expect(bytes.subarray(0, PULSE.length)).toEqual(PULSE);
    expect(read(bytes)).toContain('Марина');
    expect(read(bytes)).toContain('1 000,00');
    expect(await printerState(db.sequelize)).toMatchObject({ set_up: true, waiting: 0, problem: null });
  });

  it('with the printer off the sale stands, the state says what is wrong, and the receipts come in their order', async () => {
    const port = await roll.on();
    await roll.off();
    await setUp({ target: 'network', port, prints_top_ups: true });
    const { visit_id } = await aVisit(bar);
    await paid(visit_id);
    await paid(visit_id);
    expect(await printWaiting(bar.deps)).toEqual({ printed: 0, failed: 1 });
    expect(await printerState(db.sequelize)).toMatchObject({ waiting: 2, problem: 'unreachable' });
    expect(await printWaiting(bar.deps), 'it waits before it tries again').toEqual({ printed: 0, failed: 0 });
    await roll.on(port);
    await due();
    expect(await printWaiting(bar.deps)).toEqual({ printed: 2, failed: 0 });
    expect(
      roll.prints.map((bytes) =>
        read(bytes)
          .match(/\d[\d ]*,\d\d/g)
          ?.at(-1),
      ),
    ).toEqual(await balancesAfter(visit_id));
  });

  it('given up after five minutes, then printed again by hand without the drawer', async () => {
    const port = await roll.on();
    await roll.off();
    await setUp({ target: 'network', port, prints_top_ups: true, opens_drawer: true });
    const { visit_id } = await aVisit(bar);
    await paid(visit_id);
    bar.clock.advance(GIVE_UP_AFTER_MS + 1_000);
    await printWaiting(bar.deps);
    const { jobs, problem, waiting } = await printerState(db.sequelize);
    expect({ state: jobs[0]?.state, problem, waiting }).toEqual({
      state: 'failed',
      problem: 'unreachable',
      waiting: 0,
    });
    await roll.on(port);
    const [sale] = await moneyOfVisit(db.sequelize, visit_id);
    const document = { kind: 'money' as const, transaction_id: sale?.transaction_id ?? 0 };
    await printDocument(bar.deps, cashier, { request_id: request_id(), document });
    expect(await printWaiting(bar.deps)).toEqual({ printed: 1, failed: 0 });
    expect(roll.prints[0]?.includes(PULSE)).toBe(false);
  });

  it('cancelled while it waits: never printed; one that came out stays printed', async () => {
    await setUp({ target: 'network', port: await roll.on() });
    const print = () =>
      printDocument(bar.deps, cashier, { request_id: request_id(), document: { kind: 'trial' } });
    const { job_id } = await print();
    const cancel = () => cancelPrint(bar.deps, cashier, { request_id: request_id(), job_id });
    expect(await cancel()).toEqual({ cancelled: true });
    expect(await printWaiting(bar.deps)).toEqual({ printed: 0, failed: 0 });
    await print();
    await printWaiting(bar.deps);
    expect(await cancel()).toEqual({ cancelled: false });
    expect(roll.prints).toHaveLength(1);
  });

  it('the drawer opens without a sale, with a reason in the trail', async () => {
    await setUp({ target: 'network', port: await roll.on() });
    await openDrawer(bar.deps, cashier, { request_id: request_id(), reason: 'размен' });
    await printWaiting(bar.deps);
    expect(roll.prints).toEqual([PULSE]);
    expect(
      await query(db.sequelize, `SELECT reason FROM audit_events WHERE action = 'drawer.opened'`),
    ).toEqual([{ reason: 'размен' }]);
  });

  it('a printer without Cyrillic gets one picture, drawn here: the letters are dots', async () => {
    await setUp({ target: 'network', port: await roll.on(), letters: 'picture' });
    await printDocument(bar.deps, cashier, { request_id: request_id(), document: { kind: 'trial' } });
    await printWaiting(bar.deps);
    const [bytes = Buffer.alloc(0)] = roll.prints;
    expect(read(bytes)).not.toContain('АБВГ');
    // GS 8 L or GS v 0 begin a picture.
    expect(
      bytes.includes(Buffer.from([0x1d, 0x38, 0x4c])) || bytes.includes(Buffer.from([0x1d, 0x76, 0x30])),
    ).toBe(true);
    expect(bytes.length).toBeGreaterThan(5_000);
  });

  it('into a folder: a picture of the paper, whole or not at all', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'taptill-paper-'));
    try {
      await setUp({ target: 'file', path: folder, prints_visits: true });
      const { visit_id } = await aVisit(bar);
      await closeVisit(bar.deps, cashier, {
        request_id: request_id(),
        visit_id,
        expected_version: await versionOf(visit_id),
        reason: 'ушёл',
        card_returned: true,
        remainder: 'refund',
        method: 'cash',
      });
      await printWaiting(bar.deps);
      const files = readdirSync(folder).sort();
      expect(files.at(-1)).toMatch(/^\d+-visit\.svg$/);
      const svg = readFileSync(join(folder, files.at(-1) ?? ''), 'utf8');
      expect(svg).toMatch(/^<svg/);
      expect(svg).not.toContain('googleapis');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('a device that is not there is not made a file of', async () => {
    const path = join(tmpdir(), `taptill-no-printer-${randomUUID()}`);
    await setUp({ target: 'device', path });
    await printDocument(bar.deps, cashier, { request_id: request_id(), document: { kind: 'trial' } });
    await printWaiting(bar.deps);
    expect(await printerState(db.sequelize)).toMatchObject({ waiting: 1, problem: 'no_device' });
  });

  it('a printer on a cable is seen to go and to come back before anything is printed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'taptill-cable-'));
    const path = join(folder, 'lp0');
    const problem = async () => (await printerState(db.sequelize)).problem;
    try {
      writeFileSync(path, '');
      await setUp({ target: 'device', path });
      expect(await problem()).toBeNull();
      rmSync(path);
      expect(await problem()).toBe('no_device');
      writeFileSync(path, '');
      expect(await problem()).toBeNull();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('the paper is cut once, and nothing comes after the cut', async () => {
    const cut = Buffer.from([0x1d, 0x56]);
    for (const letters of ['text', 'picture'] as const) {
      const bytes = await bytesOf('x\n=\n', { columns: 48, command: 'escpos', letters });
      const at = bytes.indexOf(cut);
      expect(at).toBeGreaterThan(0);
      expect(bytes.indexOf(cut, at + 1)).toBe(-1);
      expect(bytes.subarray(at + 4).includes(0x0a), 'no line after it').toBe(false);
    }
  });

  it('nobody’s name waits for the printer: an erased guest is gone from it too', async () => {
    await setUp({ target: 'network', port: 1, prints_top_ups: true });
    const { visit_id, guest_id } = await aVisit(bar);
    await query(db.sequelize, `UPDATE guests SET name = 'Секретов' WHERE id = $1`, [guest_id]);
    await paid(visit_id);
    const [job] = await query<{ document: object }>(db.sequelize, 'SELECT document FROM print_jobs');
    expect(JSON.stringify(job?.document)).not.toContain('Секретов');
    const [sale] = await moneyOfVisit(db.sequelize, visit_id);
    const seen = await receiptPicture(bar.deps, { kind: 'money', transaction_id: sale?.transaction_id ?? 0 });
    expect(seen.svg.replace(/<[^>]*>/g, '')).toContain('Секретов');
  });

  it('what is not there, and a till without a printer, are refused', async () => {
    const gone = receiptPicture(bar.deps, { kind: 'visit', visit_id: 999_999 });
    expect((await refusalOf(gone)).code).toBe('receipt.not_found');
    const print = printDocument(bar.deps, cashier, { request_id: request_id(), document: { kind: 'trial' } });
    expect((await refusalOf(print)).code).toBe('printer.not_set_up');
  });
});

const versionOf = async (visit_id: number): Promise<number> => {
  const [row] = await query<{ version: number }>(db.sequelize, 'SELECT version FROM visits WHERE id = $1', [
    visit_id,
  ]);
  return row?.version ?? 0;
};

/** «1 000,00» after each top-up of a visit that begins with nothing more. */
async function balancesAfter(visit_id: number): Promise<string[]> {
  const rows = await query<{ after: number }>(
    db.sequelize,
    `SELECT sum(e.amount_minor) OVER (ORDER BY e.id)::bigint AS after FROM ledger_entries e
     JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'guest' JOIN visits v ON v.guest_id = a.guest_id
     WHERE v.id = $1 ORDER BY e.id DESC LIMIT 2`,
    [visit_id],
  );
  return rows.reverse().map(({ after }) => `${Math.floor(after / 100_000)} 000,00`);
}
