import type { ApprovalInput } from '#domain/protocol/approval';
import { createStore } from '../../lib/store.ts';

/** What a shift lead answers for while the shift is being closed: taps that have not confirmed an empty queue. */
export interface Waived {
  tap_numbers: number[];
  reason: string;
  approval: ApprovalInput;
}

export const waived = createStore<Waived | null>(null);

/** The taps that still keep the shift open. */
export function unwaived(tap_numbers: readonly number[], by: Waived | null): number[] {
  return tap_numbers.filter((number) => !by?.tap_numbers.includes(number));
}
