/** The closed list of what may go wrong at the till, `noun.problem`. Texts: domain/texts. tRPC codes: server/api/errors. */
export const ERROR_CODES = [
  'input.invalid',
  'session.missing',
  'session.wrong_pin',
  'session.locked',
  'operator.not_allowed',
  'approval.needed',
  'setup.done_already',
  'setup.needed',
  'shift.closed',
  'shift.open_already',
  'shift.precheck_failed',
  'shift.not_found',
  'shift.reason_needed',
  'visit.not_found',
  'visit.closed',
  'visit.changed',
  'visit.guest_has_one',
  'visit.has_card',
  'visit.has_no_card',
  'visit.has_unsettled_grant',
  'visit.not_locked',
  'guest.not_found',
  'guest.has_visit',
  'guest.has_money',
  'guest.erased',
  'guest.age_not_confirmed',
  'guest.phone_invalid',
  'card.not_a_uid',
  'card.random_uid',
  'card.blank_uid',
  'card.not_available',
  'card.lost',
  'money.above_free_balance',
  'money.not_in_drawer',
  'grant.not_found',
  'grant.pour_may_run',
  'grant.ended',
  'grant.code_wrong',
  'grant.code_of_other',
  'grant.above_limit',
  'request.conflict',
  'staff.not_found',
  'staff.name_taken',
  'staff.last_engineer',
  'recovery.code_wrong',
  'flag.overridden',
  'settings.shift_open',
  'request.foreign',
  'request.too_large',
  'request.too_many',
  'node.not_allowed',
  'node.outdated',
  'node.not_found',
  'enrolment.code_wrong',
  'enrolment.bad_request',
  'tap.not_found',
  'tap.has_keg',
  'tap.has_node',
  'keg.not_found',
  'keg.not_in_store',
  'tap.has_no_keg',
  'tap.pour_may_run',
  'tap.has_unsettled_grant',
  'tap.being_cleaned',
  'tap.not_being_cleaned',
  'tap.not_waiting',
  'keg.not_on_tap',
  'keg.on_tap',
  'keg.returned',
  'keg.code_taken',
  'calibration.spread',
  'calibration.out_of_range',
  'price.rule_not_found',
  'server.busy',
  'server.failed',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The impossible and the forbidden. A refusal that a user meets every day is a value, not this. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  /** what the sentence needs: seconds left, the tap's number, the present version … ids only, no names */
  readonly params: Readonly<Record<string, string | number | boolean | null>>;

  constructor(code: ErrorCode, params: Readonly<Record<string, string | number | boolean | null>> = {}) {
    super(code);
    this.code = code;
    this.params = params;
  }
}
