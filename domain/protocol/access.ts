import { z } from 'zod';
import { id, operatorWire, pinInput, sessionWire } from './till.ts';

/** A procedure that is asked nothing; an empty body arrives as null. */
export const nothing = z.union([z.void(), z.null()]);
export const done = z.object({ done: z.literal(true) });
export type Done = z.infer<typeof done>;

/** What the sign-in screen may know: nothing of guests, money or equipment. */
export const operatorsAnswer = z.object({
  setup_needed: z.boolean(),
  language: z.enum(['ru', 'en']),
  operators: z.array(operatorWire),
});
export type OperatorsAnswer = z.infer<typeof operatorsAnswer>;

export const signInInput = z.strictObject({ operator_id: id, pin: pinInput });
export type SignInInput = z.infer<typeof signInInput>;

/** The session of this request; the token itself never travels back. */
export const meAnswer = z.object({ operator: operatorWire, till_id: id });
export type MeAnswer = z.infer<typeof meAnswer>;

export const setupAnswer = z.object({
  /** shown once: the way in when the last PIN is lost */
  recovery_code: z.string().nullable(),
  session: sessionWire.nullable(),
  /** who may sign in to the demo bar and how */
  note: z.string().nullable(),
});
export type SetupAnswer = z.infer<typeof setupAnswer>;
