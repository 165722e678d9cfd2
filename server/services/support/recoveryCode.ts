import { hashPin } from '#server/security/pin';
import { newCode } from '#server/security/secrets';
import type { Unit } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';

const LETTERS = 20;

export type RecoveryCode = { readonly code: string; readonly hash: string };

export async function makeRecoveryCode(): Promise<RecoveryCode> {
  const code = newCode(LETTERS);
  return { code, hash: await hashPin(code) };
}

/** Only the hash is kept; the code that was valid until now is spent. */
export async function writeRecoveryCode(unit: Unit, { hash }: RecoveryCode): Promise<void> {
  await query(
    unit,
    `INSERT INTO settings (key, value) VALUES ('recovery', $1::jsonb)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now()`,
    [JSON.stringify({ hash })],
  );
}
