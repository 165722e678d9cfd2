import { setTimeout as pause } from 'node:timers/promises';
import { ConnectionError } from 'sequelize';

const PATIENCE_MS = 15_000;

/** For what has not happened yet when it fails for want of a connection: a database that is being restarted is waited for. */
export async function whenUp<T>(act: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isConnectionLoss(error) || Date.now() > giveUpAt) throw error;
      await pause(50 + Math.random() * 100);
    }
  }
}

/** The five characters PostgreSQL answers an error with, or the driver's code of a broken connection. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { original = error } = error as { original?: unknown };
  const { code } = original as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** Class 57P: shut down, crashed, starting. The rest are the driver's words for a connection that ended. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  const code = sqlState(error);
  if (code?.startsWith('57P') || code === 'ECONNRESET' || code === 'EPIPE') return true;
  return (
    error instanceof Error && /Connection terminated|not queryable|connection error/i.test(error.message)
  );
}
