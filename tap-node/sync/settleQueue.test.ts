import { describe, expect, it } from 'vitest';
import type { Verdict } from '#domain/pour/statuses';
import type { FinishedPour } from '#tap-node/journal/rows';
import { seeded } from '#tap-node/hardware/simulated/seeded';
import { FakeTill } from '#tap-node/testing/fakeTill';
import { VirtualTime } from '#tap-node/testing/virtualTime';
import { SettleQueue } from './settleQueue.ts';

function aPour(seq: number): FinishedPour {
  return {
    tap_id: 7,
    seq,
    client_tx_id: seq.toString(16).padStart(32, '0'),
    intent: {
      grant_id: `3f0c7f2e-0000-4000-8000-${String(seq).padStart(12, '0')}`,
      short_id: '031272',
      price_minor_per_litre: 42_000,
      limit_ml: 1000,
      calibration_version: 1,
      boot_id: 'boot-0001',
    },
    end: { pulses: 300, ml: 300, duration_ms: 8_000, end_reason: 'card_removed', ended_boot_id: 'boot-0001' },
  };
}

function aQueue(random = seeded(3), diskWorks = () => true) {
  const time = new VirtualTime();
  const till = new FakeTill();
  const journalled: [string, Verdict][] = [];
  const verdicts: string[] = [];
  const queue = new SettleQueue({
    till,
    journal: {
      verdict: async (tx, verdict) => {
        if (!diskWorks()) throw new Error('disk is full');
        journalled.push([tx, verdict]);
      },
    },
    clock: time,
    random,
    journal_id: 'journal-0001',
    onVerdict: (tx) => {
      expect(journalled.map(([known]) => known)).toContain(tx);
      verdicts.push(tx);
    },
    log: () => undefined,
  });
  return { time, till, queue, journalled, verdicts };
}

describe('the queue of finished pours', () => {
  it('drains a thousand in strict order, each once, the verdict in the journal first', async () => {
    const { time, till, queue, verdicts } = aQueue();
    for (let seq = 1000; seq >= 1; seq--) queue.add(aPour(seq), { ended_at: 0, offline: true });
    await time.pass(1_000);
    expect(queue.depth()).toBe(0);
    expect(verdicts).toHaveLength(1000);
    const rest = till.reports.slice(1).map(({ seq }) => seq);
    expect(rest).toEqual([...rest].sort((a, b) => a - b));
  });

  it('tries without end while the till is away, and never in step with others', async () => {
    const one = aQueue(seeded(1));
    const other = aQueue(seeded(2));
    for (const { till, queue } of [one, other]) {
      till.away = true;
      queue.add(aPour(1), { ended_at: 0, offline: false });
    }
    for (const { time } of [one, other]) await time.pass(3 * 60 * 60 * 1000);
    for (const { till } of [one, other]) till.away = false;
    for (const { time, till, queue } of [one, other]) {
      await time.pass(11_000);
      expect(queue.depth()).toBe(0);
      expect(till.reports[0]?.attempt).toBeGreaterThan(1_000);
    }
    expect(one.till.reports[0]?.age_ms).not.toBe(other.till.reports[0]?.age_ms);
  });

  it('asks again at once when the connection is back', async () => {
    const { time, till, queue } = aQueue();
    till.away = true;
    queue.add(aPour(1), { ended_at: 0, offline: false });
    await time.pass(60_000);
    till.away = false;
    queue.kick();
    await time.pass(1);
    expect(queue.depth()).toBe(0);
  });

  it('keeps what got no verdict in a batch, and the others leave', async () => {
    const { time, till, queue } = aQueue();
    till.away = true;
    for (const seq of [1, 2, 3]) queue.add(aPour(seq), { ended_at: 0, offline: false });
    await time.pass(5);
    till.away = false;
    const settle = till.settle.bind(till);
    let first = true;
    till.settle = async (reports) => {
      const answer = await settle(reports);
      const verdicts = first ? answer.verdicts.slice(0, 1) : answer.verdicts;
      first = false;
      return { verdicts };
    };
    await time.pass(20_000);
    expect(till.reports.map(({ seq }) => seq)).toEqual([1, 2, 3, 2, 3]);
    expect(queue.depth()).toBe(0);
  });

  it('a verdict that is not in the journal yet does not let the row go', async () => {
    let disk_works = false;
    const { time, till, queue, verdicts } = aQueue(seeded(3), () => disk_works);
    queue.add(aPour(1), { ended_at: 0, offline: false });
    await time.pass(20_000);
    expect(queue.depth()).toBe(1);
    expect(verdicts).toEqual([]);
    disk_works = true;
    await time.pass(20_000);
    expect(verdicts).toHaveLength(1);
    expect([...till.settled.values()][0]).toBeGreaterThan(1);
  });

  it('the same pour twice in the queue is once', async () => {
    const { time, till, queue } = aQueue();
    queue.add(aPour(1), { ended_at: 0, offline: false });
    queue.add(aPour(1), { ended_at: null, offline: true });
    await time.pass(100);
    expect(till.reports).toHaveLength(1);
  });
});
