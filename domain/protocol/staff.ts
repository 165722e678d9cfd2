import { z } from 'zod';
import { ROLES } from '../staff/roles.ts';
import { approvalInput } from './approval.ts';
import { id, operatorWire, pinInput, reason, requestId, sessionWire, uidInput } from './till.ts';

/** The bar's own people. PINs come in and never go out. */
const name = z.string().trim().min(1).max(80);
const role = z.enum(ROLES);
const onOperator = { request_id: requestId, operator_id: id };

export const staffRow = operatorWire.extend({
  active: z.boolean(),
  locked: z.boolean(),
  /** the card that this person lays on a tap */
  card_uid: z.string().nullable(),
  created_at: z.iso.datetime(),
});
export type StaffRow = z.infer<typeof staffRow>;

export const createOperatorInput = z.strictObject({ request_id: requestId, name, role, pin: pinInput });
export type CreateOperatorInput = z.infer<typeof createOperatorInput>;
export const renameOperatorInput = z.strictObject({ ...onOperator, name });
export type RenameOperatorInput = z.infer<typeof renameOperatorInput>;
export const setRoleInput = z.strictObject({ ...onOperator, role, reason });
export type SetRoleInput = z.infer<typeof setRoleInput>;
export const deactivateOperatorInput = z.strictObject({ ...onOperator, reason });
export type DeactivateOperatorInput = z.infer<typeof deactivateOperatorInput>;
export const setPinInput = z.strictObject({ ...onOperator, pin: pinInput });
export type SetPinInput = z.infer<typeof setPinInput>;
export const unlockOperatorInput = z.strictObject(onOperator);
export type UnlockOperatorInput = z.infer<typeof unlockOperatorInput>;
export const setStaffCardInput = z.strictObject({ ...onOperator, card_uid: uidInput.nullable() });
export type SetStaffCardInput = z.infer<typeof setStaffCardInput>;
/** One's own: the PIN of until now is the permission. */
export const changeOwnPinInput = z.strictObject({ pin: pinInput, new_pin: pinInput });
export type ChangeOwnPinInput = z.infer<typeof changeOwnPinInput>;

/** The last engineer's PIN is lost: the code that the first run printed opens the till again. */
export const recoverInput = z.strictObject({
  code: z.string().min(1).max(60),
  operator_id: id,
  pin: pinInput,
});
export type RecoverInput = z.infer<typeof recoverInput>;
export const recoverAnswer = z.object({
  /** the next one, shown once: the old one is spent */
  recovery_code: z.string(),
  session: sessionWire,
});
export type RecoverAnswer = z.infer<typeof recoverAnswer>;
export const newRecoveryCodeInput = z.strictObject({ approval: approvalInput });
export const recoveryCodeAnswer = z.object({ recovery_code: z.string() });
export type RecoveryCodeAnswer = z.infer<typeof recoveryCodeAnswer>;

/** Somebody touched the till: its session goes on. 0: it never locks by itself. */
export const touchAnswer = z.object({ idle_lock_s: z.number().int().min(0) });
export type TouchAnswer = z.infer<typeof touchAnswer>;
