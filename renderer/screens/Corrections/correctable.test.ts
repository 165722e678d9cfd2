import { describe, expect, it } from 'vitest';
import type { PourRow } from '#domain/protocol/till';
import { aboutMinor, correctable } from './correctable.ts';

const pour = (pour_id: number, part: Partial<PourRow> = {}): PourRow =>
  ({
    pour_id,
    grant_id: '00000000-0000-4000-8000-000000000000',
    tap_number: 1,
    beverage: 'Пилс',
    short_id: null,
    source: 'tap',
    sync_status: 'synced',
    billed_ml: 300,
    cost_minor: 12_600,
    paid_minor: 12_600,
    poured_at: '2026-11-24T18:00:00.000Z',
    ...part,
  }) as PourRow;

describe('what may go back to a guest', () => {
  it('are pours that are charged, with what is left of each', () => {
    const pours = [
      pour(1),
      pour(2, { corrected: { charged_minor: 4_200, left_ml: 100, reversed: false } }),
      pour(3, { corrected: { charged_minor: 0, left_ml: 0, reversed: true } }),
      pour(4, { billed_ml: null, cost_minor: null }),
      pour(5, { billed_ml: 0, cost_minor: 0 }),
      pour(6, { sync_status: 'void' }),
    ];
    expect(correctable({ pours }).map((one) => [one.pour.pour_id, one.left_ml, one.charged_minor])).toEqual([
      [1, 300, 12_600],
      [2, 100, 4_200],
    ]);
  });

  it('the whole rest costs what is charged, a part its share', () => {
    const [one] = correctable({ pours: [pour(1)] });
    expect(one && [aboutMinor(one, 300), aboutMinor(one, 100), aboutMinor(one, 999)]).toEqual([
      12_600, 4_200, 12_600,
    ]);
  });
});
