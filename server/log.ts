import { DatabaseError } from 'sequelize';
import '#server/tracingChannel';
import pino from 'pino';
import { z } from 'zod';
import { sqlState } from '#server/db/inTransaction';

export interface Log {
  info(sentence: string): void;
  warn(sentence: string): void;
  /** Where and what kind, never what was asked: a message of the database quotes values, and values may be names. */
  unexpected(error: unknown, where: string): void;
}

const STACK_LINES = 12;
const ISSUES_SAID = 10;

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
  const issues = zodIssues(error);
  const quotesValues = error instanceof DatabaseError || issues !== undefined;
  return {
    kind: error.name,
    ...(state ? { state } : {}),
    ...(issues ? { issues } : {}),
    ...(quotesValues ? {} : { message: error.message.slice(0, 300) }),
    stack: stack.slice(0, STACK_LINES).map((line) => line.trim()),
  };
}

/** Which field of a shape did not fit, and how. tRPC wraps the answer's error as a cause. */
function zodIssues(error: Error): readonly string[] | undefined {
  const zod = error instanceof z.ZodError ? error : error.cause;
  if (!(zod instanceof z.ZodError)) return undefined;
  return zod.issues.slice(0, ISSUES_SAID).map(({ code, path }) => `${path.map(String).join('.')}: ${code}`);
}
