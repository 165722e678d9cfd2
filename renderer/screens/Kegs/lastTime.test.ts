import { describe, expect, it } from 'vitest';
import { lastTime } from './lastTime.ts';

const NOW = Date.parse('2026-11-24T16:40:12.345Z');

describe('a time of day that was', () => {
  it('is today’s by the wall of the bar when it has been, else yesterday’s', () => {
    expect(lastTime('18:30', NOW, 'Europe/Moscow')).toBe('2026-11-24T15:30:00.000Z');
    expect(lastTime('19.40', NOW, 'Europe/Moscow')).toBe('2026-11-24T16:40:00.000Z');
    expect(lastTime('19:41', NOW, 'Europe/Moscow')).toBe('2026-11-23T16:41:00.000Z');
    expect(lastTime('9:05', NOW, 'America/New_York')).toBe('2026-11-24T14:05:00.000Z');
  });

  it('holds over a night in which the clock is put back', () => {
    const morning = Date.parse('2026-10-25T07:00:00.000Z');
    expect(lastTime('23:00', morning, 'Europe/Berlin')).toBe('2026-10-24T21:00:00.000Z');
  });

  it.each(['', '25:00', '12:60', '1830', 'вчера'])('%j is none', (text) => {
    expect(lastTime(text, NOW, 'Europe/Moscow')).toBeNull();
  });
});
