import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pourFacts } from '#domain/protocol/node';
import { readReport } from './readReport.ts';
import { pouredAt } from './storeReport.ts';

const report = {
  grant_id: '6f1f8a54-9d6c-4f0a-9a53-0d8f8b9c2b11',
  client_tx_id: 'a'.repeat(32),
  tap_id: 3,
  short_id: '031272',
  seq: 7,
  pulses: 2500,
  metered_ml: 500,
  calibration_version: 1,
  duration_ms: 12_000,
  end_reason: 'card_removed',
  boot_id: 'boot-0000-0001',
  age_ms: 40,
  offline: false,
  attempt: 1,
  journal_id: 'journal-0000-0001',
};

describe('readReport', () => {
  it('the hash covers the facts and nothing of how or when they were sent', () => {
    const { request_hash } = readReport(report);
    const resent = {
      ...report,
      age_ms: 999_999,
      offline: true,
      attempt: 12,
      journal_id: 'journal-0000-0002',
    };
    expect(readReport(resent).request_hash).toBe(request_hash);
    expect(readReport(Object.fromEntries(Object.entries(resent).reverse())).request_hash).toBe(request_hash);
  });

  it.each(Object.keys(pourFacts.shape))('another %s is another report', (key) => {
    const others: Record<string, unknown> = {
      grant_id: '6f1f8a54-9d6c-4f0a-9a53-0d8f8b9c2b12',
      client_tx_id: 'b'.repeat(32),
      short_id: '031281',
      end_reason: 'limit',
      boot_id: 'boot-0000-0002',
    };
    const other = readReport({ ...report, [key]: others[key] ?? 1_000 });
    expect(other.report).not.toBeNull();
    expect(other.request_hash).not.toBe(readReport(report).request_hash);
  });

  it('what the schema refuses is known by all that it says, and its claim of an id is kept when it is one', () => {
    const bad = readReport({ ...report, metered_ml: -1 });
    expect(bad.report).toBeNull();
    expect(bad.client_tx_id).toBe(report.client_tx_id);
    expect(readReport({ ...report, metered_ml: -1, attempt: 2, age_ms: 5 }).request_hash).toBe(
      bad.request_hash,
    );
    expect(readReport({ ...report, metered_ml: -2 }).request_hash).not.toBe(bad.request_hash);
    expect(readReport({ client_tx_id: "'; DROP TABLE pours; --" }).client_tx_id).toBeNull();
  });

  it('takes anything: a hash and a body that PostgreSQL can keep come out of every JSON value', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (raw) => {
        const read = readReport(raw);
        expect(read.request_hash).toMatch(/^[0-9a-f]{64}$/);
        expect(read.body).not.toContain('\u0000');
        expect(read.body.length).toBeLessThanOrEqual(65_537);
      }),
    );
  });

  it('a megabyte is cut for the reader, not for the hash', () => {
    const long = (end: string) => readReport({ note: 'x'.repeat(1_000_000) + end });
    expect(long('a').body.length).toBe(65_537);
    expect(long('a').request_hash).not.toBe(long('b').request_hash);
  });
});

describe('pouredAt', () => {
  const received = new Date('2026-11-24T20:00:00Z');
  const granted = new Date('2026-11-24T19:00:00Z');
  const at = (age_ms: number | null) => pouredAt(received, { age_ms, duration_ms: 30_000 }, granted);

  it('invariant 14: is the receive time less the age', () => {
    expect(at(60_000)).toEqual({ at: new Date('2026-11-24T19:59:00Z'), estimated: false });
  });

  it('of unknown age, or older than its grant: the grant and the duration, said to be an estimate', () => {
    const estimate = { at: new Date('2026-11-24T19:00:30Z'), estimated: true };
    expect(at(null)).toEqual(estimate);
    expect(at(3_700_000)).toEqual(estimate);
    expect(at(Number.MAX_SAFE_INTEGER)).toEqual(estimate);
  });

  it('is a date that can be kept whatever the node says', () => {
    fc.assert(
      fc.property(fc.option(fc.maxSafeNat()), fc.maxSafeNat(), fc.boolean(), (age_ms, duration_ms, known) => {
        const poured = pouredAt(received, { age_ms, duration_ms }, known ? granted : null);
        expect(poured.at.getTime()).toBeLessThanOrEqual(received.getTime());
        expect(poured.at.getTime()).toBeGreaterThan(received.getTime() - 366 * 24 * 3_600_000);
      }),
    );
  });
});
