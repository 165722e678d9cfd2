import { TRPCError } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeError } from './log.ts';

describe('what the log says of an unexpected error', () => {
  it('names the fields of an answer that did not fit its shape, never their values', () => {
    const shape = z.object({ taps: z.array(z.object({ silent_ms: z.int(), name: z.string() })) });
    const { error } = shape.safeParse({ taps: [{ silent_ms: Infinity, name: ['Анна'] }] });
    const told = describeError(
      new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: 'Output validation failed', cause: error }),
    );
    expect(told['issues']).toEqual(['taps.0.silent_ms: invalid_type', 'taps.0.name: invalid_type']);
    expect(JSON.stringify(told)).not.toContain('Анна');
    expect(describeError(error)['issues']).toEqual(told['issues']);
  });
});
