import { z } from 'zod';
import { KEG_FATES } from '../keg/decideTakeOff.ts';
import { kegWire, markingCode } from './equipment.ts';
import { id, reason, requestId } from './till.ts';

/** What the screens ask about kegs beyond receiving and putting on. */
export const suggestKegInput = z.union([z.strictObject({ tap_id: id }), z.strictObject({ beverage_id: id })]);
export type SuggestKegInput = z.infer<typeof suggestKegInput>;
export const kegSuggestion = z.object({
  /** null: the tap has never had a keg, so nothing says what it sells */
  beverage_id: id.nullable(),
  suggested: kegWire.nullable(),
  /** every keg of the beverage in store, in the order of opening; the operator may take another */
  candidates: z.array(kegWire),
});
export type KegSuggestion = z.infer<typeof kegSuggestion>;

const fate = z.enum(KEG_FATES);
export const takeKegOffInput = z.strictObject({ request_id: requestId, tap_id: id, fate, reason });
export type TakeKegOffInput = z.infer<typeof takeKegOffInput>;
export const changeKegInput = takeKegOffInput.extend({ keg_id: id });
export type ChangeKegInput = z.infer<typeof changeKegInput>;
export const kegChangeWire = z.object({ off: kegWire, on: kegWire });
export type KegChangeWire = z.infer<typeof kegChangeWire>;

export const onKegInput = z.strictObject({ request_id: requestId, keg_id: id, reason });
export type OnKegInput = z.infer<typeof onKegInput>;
export const setMarkingCodeInput = z.strictObject({
  request_id: requestId,
  keg_id: id,
  marking_code: markingCode.nullable(),
});
export type SetMarkingCodeInput = z.infer<typeof setMarkingCodeInput>;

export const correctKegInput = z.strictObject({
  request_id: requestId,
  tap_id: id,
  /** the keg that the till thought was on the tap */
  from_keg_id: id,
  /** the keg that really was */
  to_keg_id: id,
  since: z.iso.datetime(),
  /** what becomes of the first one, if it is on the tap now */
  fate,
  reason,
});
export type CorrectKegInput = z.infer<typeof correctKegInput>;
export const kegCorrectionWire = z.object({ from: kegWire, to: kegWire, moved_ml: z.number().int() });
export type KegCorrectionWire = z.infer<typeof kegCorrectionWire>;
