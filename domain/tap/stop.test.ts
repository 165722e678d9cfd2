import { expect, it } from 'vitest';
import { stopState } from './stop.ts';

it.each([
  [{ since_ms: 999, said_stopped_ms_ago: null }, 'waiting'],
  [{ since_ms: 1_000, said_stopped_ms_ago: null }, 'silent'],
  [{ since_ms: 400, said_stopped_ms_ago: 100 }, 'acknowledged'],
  [{ since_ms: 5_000, said_stopped_ms_ago: 4_000 }, 'acknowledged'],
  [{ since_ms: 400, said_stopped_ms_ago: 900 }, 'waiting'],
  [{ since_ms: 1_400, said_stopped_ms_ago: 1_900 }, 'silent'],
  [{ has_node: false, since_ms: 5_000, said_stopped_ms_ago: null }, 'no_node'],
])('%j: %s', (facts, state) => {
  expect(stopState({ has_node: true, ...facts })).toBe(state);
});
