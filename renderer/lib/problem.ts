import { TRPCClientError } from '@trpc/client';
import { ERROR_CODES } from '#domain/errors';
import type { ErrorCode } from '#domain/errors';
import type { ErrorParams } from '#domain/texts/errors';

/** What a failed request means to the person: refused with a code, or no answer at all. */
export type Problem = { kind: 'refused'; code: ErrorCode; params: ErrorParams } | { kind: 'unreachable' };

interface Wire {
  taptill?: { code?: unknown; params?: unknown };
}

export function problemOf(error: unknown): Problem {
  if (!(error instanceof TRPCClientError)) return { kind: 'unreachable' };
  const wire = (error.data as Wire | undefined)?.taptill;
  if (!wire) return { kind: 'unreachable' };
  const code = ERROR_CODES.find((known) => known === wire.code) ?? 'server.failed';
  const params = typeof wire.params === 'object' && wire.params !== null ? wire.params : {};
  return { kind: 'refused', code, params: params as ErrorParams };
}
