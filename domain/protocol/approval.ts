import { z } from 'zod';
import { id, pinInput } from './till.ts';

/** A person who answers for it gives their PIN in place, beside the command. */
export const approvalInput = z.strictObject({ operator_id: id, pin: pinInput });
export type ApprovalInput = z.infer<typeof approvalInput>;
