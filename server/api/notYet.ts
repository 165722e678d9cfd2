import { DomainError } from '#domain/errors';

/** Stands where a service is still missing. */
export function notYet(): never {
  throw new DomainError('server.failed');
}
