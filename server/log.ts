import { DatabaseError } from 'sequelize';
import '#server/tracingChannel';
import pino from 'pino';
import { sqlState } from '#server/db/inTransaction';

export interface Log {
  info(sentence: string): void;
  warn(sentence: string): void;
  /** Where and what kind, never what was asked: a message of the database quotes values, and values may be names. */
  unexpected(error: unknown, where: string): void;
}

const STACK_LINES = 12;

/** One JSON line per entry on stderr; stdout belongs to the ready message. */
export function openLog(level: string): Log {
  const log = pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    info: (sentence) => log.info(sentence),
    warn: (sentence) => log.warn(sentence),
    unexpected: (error, where) => log.error({ where, ...describeError(error) }, 'unexpected error'),
  };
}

export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const state = sqlState(error);
  return {
    kind: error.name,
    ...(state ? { state } : {}),
    ...(error instanceof DatabaseError || error.name.includes('Zod')
      ? {}
      : { message: error.message.slice(0, 300) }),
    stack: stack.slice(0, STACK_LINES).map((line) => line.trim()),
  };
}
