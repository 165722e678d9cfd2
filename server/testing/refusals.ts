import { expect } from 'vitest';
import { DomainError } from '#domain/errors';
import type { ErrorCode } from '#domain/errors';

/** The problem that a command was refused with; anything but a DomainError is thrown on. */
export async function refusalOf(
  work: Promise<unknown>,
): Promise<{ code: ErrorCode; params: DomainError['params'] }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, params: error.params };
    throw error;
  }
  throw new Error('expected a refusal, the command succeeded');
}

/** `n` callers at the same moment: who won, and with which codes the others were refused. */
export async function race<T>(
  n: number,
  caller: (index: number) => Promise<T>,
): Promise<{ won: T[]; codes: ErrorCode[] }> {
  const outcomes = await Promise.allSettled(Array.from({ length: n }, (_, index) => caller(index)));
  const codes = outcomes.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return [];
    expect(outcome.reason).toBeInstanceOf(DomainError);
    return [(outcome.reason as DomainError).code];
  });
  return {
    won: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    codes,
  };
}
