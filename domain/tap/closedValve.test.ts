import { expect, it } from 'vitest';
import { isClosedValveIncident } from './closedValve.ts';
import type { ClosedFlow } from './closedValve.ts';

const flow = (ml: number, second: number, kind: ClosedFlow['kind'] = 'leak'): ClosedFlow => ({
  kind,
  ml,
  at: new Date(1_000_000 + second * 1_000),
});

it.each([
  ['15 ml at once', flow(15, 0), [], true],
  ['14 ml', flow(14, 0), [], false],
  ['8 and 7 ml within ten seconds', flow(7, 9), [flow(8, 0, 'after_close')], true],
  ['8 and 7 ml ten seconds apart', flow(7, 10), [flow(8, 0)], false],
  ['what was reported late of an earlier time', flow(7, 0), [flow(8, 5)], false],
  ['cleaning', flow(500, 0, 'cleaning'), [], false],
  ['a kick', flow(500, 0, 'kick'), [], false],
  ['a drip after cleaning', flow(7, 5), [flow(500, 0, 'cleaning')], false],
])('%s: %s', (_name, newest, earlier, incident) => {
  expect(isClosedValveIncident(newest, earlier)).toBe(incident);
});
