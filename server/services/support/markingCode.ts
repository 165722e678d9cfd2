import { UniqueConstraintError } from 'sequelize';
import { DomainError } from '#domain/errors';

/** `kegs_one_per_marking_code` has the last word; the unit ends with the refusal. */
export async function refuseTakenCode<T>(write: Promise<T>, marking_code: string | null): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof UniqueConstraintError) throw new DomainError('keg.code_taken', { marking_code });
    throw error;
  }
}
