import { DomainError } from '#domain/errors';

/** NUL and the other control characters but tab and line breaks, and halves of a surrogate pair: no name and no reason has them. */
const UNUSABLE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * Text that PostgreSQL cannot store, or that a terminal or a printer would obey, is refused before any schema or service sees
 * it. Walks without recursion: a deep input is not a deep stack. @throws DomainError input.invalid
 */
export function assertPlainText(input: unknown): void {
  const waiting: unknown[] = [input];
  for (let value = waiting.pop(); value !== undefined || waiting.length > 0; value = waiting.pop()) {
    if (typeof value === 'string' && UNUSABLE.test(value))
      throw new DomainError('input.invalid', { problem: 'control_characters' });
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) waiting.push(key, inner ?? null);
  }
}
