import type { Transaction } from 'sequelize';

/** What a unit has sent without waiting for the answer, and the first statement of it that failed. */
interface Sent {
  readonly writes: Promise<unknown>[];
  failure?: { readonly error: unknown };
}

const sent = new WeakMap<Transaction, Sent>();

function sentOf(transaction: Transaction): Sent {
  const known = sent.get(transaction);
  if (known) return known;
  const made: Sent = { writes: [] };
  sent.set(transaction, made);
  return made;
}

/** The write's error is not lost: `firstFailure` has it. */
export function noteSent(transaction: Transaction, write: Promise<unknown>): void {
  sentOf(transaction).writes.push(write.catch(() => undefined));
}

export function noteFailure(transaction: Transaction, error: unknown): void {
  sentOf(transaction).failure ??= { error };
}

/**
 * After the answers to everything that was sent: why the unit failed, if it did. The statements behind the first that fails are
 * told only that the transaction is aborted, which says nothing.
 */
export async function firstFailure(
  transaction: Transaction,
): Promise<{ readonly error: unknown } | undefined> {
  const { writes } = sentOf(transaction);
  await Promise.all(writes);
  return sentOf(transaction).failure;
}
