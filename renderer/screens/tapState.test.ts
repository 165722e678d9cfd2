import { describe, expect, it } from 'vitest';
import type { TapRow } from '#domain/protocol/till';
import type { LiveTap } from '../live/events.ts';
import { tapView } from './tapState.ts';

const NOW = 1_000_000;
const GRANT = '00000000-0000-4000-8000-000000000001';
const aTap = (part: Partial<TapRow> = {}): TapRow => ({
  tap_id: 1,
  number: 3,
  status: 'selling',
  silent_ms: 200,
  phase: 'idle',
  beverage: 'Пилс',
  price_minor_per_litre: 42_000,
  keg_id: 7,
  list_price_minor_per_litre: 30_000,
  keg_low: false,
  forecast_minutes: null,
  cleaned_at: null,
  cleaning_due: false,
  flow_trouble: null,
  keg_remaining_ml: 20_000,
  keg_size_ml: 30_000,
  guest_name: null,
  visit_id: null,
  live_ml: null,
  live_minor: null,
  pending_grant_ids: [],
  ...part,
});
const aLive = (part: Partial<LiveTap> = {}): LiveTap => ({
  phase: 'idle',
  told_at: NOW,
  pour: null,
  refusal: null,
  ...part,
});
const view = (tap: TapRow, live?: LiveTap, emergency_stop = false) =>
  tapView(tap, { live, now: NOW, fetchedAt: NOW - 100, emergency_stop });

describe('a tap in the strip', () => {
  it.each([
    ['selling', aTap()],
    ['no_keg', aTap({ keg_id: null, beverage: null })],
    ['cleaning', aTap({ status: 'cleaning' })],
    ['disabled', aTap({ status: 'disabled' })],
    ['pending', aTap({ pending_grant_ids: [GRANT] })],
    ['pending', aTap({ status: 'processing_sync' })],
    ['unpaired', aTap({ silent_ms: null })],
    ['silent', aTap({ silent_ms: 5_001 })],
    ['silent', aTap({ phase: 'offline' })],
    ['pouring', aTap({ visit_id: 9, live_ml: 12 })],
    ['fault', aTap({ phase: 'fault' })],
  ])('is %s', (state, tap) => {
    expect(view(tap).state).toBe(state);
  });

  it('an emergency stop stands above everything else', () => {
    expect(view(aTap({ silent_ms: 60_000 }), undefined, true).state).toBe('stopped');
  });

  it('what was told after the fetch counts: a heartbeat ends the silence, `offline` begins it', () => {
    expect(view(aTap({ silent_ms: 60_000, phase: 'offline' }), aLive()).state).toBe('selling');
    const silent = view(aTap(), aLive({ phase: 'offline', told_at: NOW - 50 }));
    expect([silent.state, silent.silent_ms]).toEqual(['silent', 5_050]);
  });

  it('what was told before the fetch is old', () => {
    expect(view(aTap(), aLive({ phase: 'offline', told_at: NOW - 5_000 })).state).toBe('selling');
  });

  it('a tap that is heard stays heard however long ago the board was fetched: only changes are told', () => {
    const moment = { live: undefined, now: NOW + 600_000, fetchedAt: NOW, emergency_stop: false };
    expect(tapView(aTap(), moment).state).toBe('selling');
  });

  it('live figures replace the fetched ones and never run back', () => {
    const tap = aTap({ visit_id: 9, live_ml: 100, live_minor: 4200 });
    expect(view(tap, aLive({ pour: { grant_id: GRANT, ml: 187, minor: 7854 } })).ml).toBe(187);
    expect(view(tap, aLive({ pour: { grant_id: GRANT, ml: 80, minor: 3360 } })).ml).toBe(100);
  });

  it('figures of a pour whose lease is over are not shown as live', () => {
    const tap = aTap({ visit_id: 9, pending_grant_ids: [GRANT] });
    const { state, ml } = view(tap, aLive({ pour: { grant_id: GRANT, ml: 187, minor: 7854 } }));
    expect([state, ml]).toEqual(['pending', null]);
  });

  it('a nearly empty keg is low, an overdrawn one is empty and not negative', () => {
    expect(view(aTap({ keg_remaining_ml: 2_100 })).low).toBe(true);
    expect(view(aTap({ keg_remaining_ml: -500 })).level).toBe(0);
    expect(view(aTap({ keg_remaining_ml: 4_600 })).low).toBe(false);
  });
});
