import { TRPCError, type TRPCDefaultErrorShape } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { DatabaseError, TimeoutError } from 'sequelize';
import { z } from 'zod';
import { DomainError, type ErrorCode } from '#domain/errors';
import { isConnectionLoss, sqlState } from '#server/db/inTransaction';

/** The one place where a problem of the bar becomes one of the wire. */
export const TRPC_CODES = {
  'input.invalid': 'BAD_REQUEST',
  'session.missing': 'UNAUTHORIZED',
  'session.wrong_pin': 'UNAUTHORIZED',
  'session.locked': 'FORBIDDEN',
  'operator.not_allowed': 'FORBIDDEN',
  'approval.needed': 'FORBIDDEN',
  'setup.done_already': 'CONFLICT',
  'setup.needed': 'PRECONDITION_FAILED',
  'shift.closed': 'PRECONDITION_FAILED',
  'shift.open_already': 'CONFLICT',
  'shift.precheck_failed': 'PRECONDITION_FAILED',
  'shift.not_found': 'NOT_FOUND',
  'shift.reason_needed': 'PRECONDITION_FAILED',
  'visit.not_found': 'NOT_FOUND',
  'visit.closed': 'CONFLICT',
  'visit.changed': 'CONFLICT',
  'visit.guest_has_one': 'CONFLICT',
  'visit.has_card': 'CONFLICT',
  'visit.has_no_card': 'CONFLICT',
  'visit.has_unsettled_grant': 'CONFLICT',
  'visit.not_locked': 'CONFLICT',
  'visit.of_the_house': 'CONFLICT',
  'guest.not_found': 'NOT_FOUND',
  'guest.has_visit': 'CONFLICT',
  'guest.has_money': 'CONFLICT',
  'guest.erased': 'CONFLICT',
  'guest.age_not_confirmed': 'PRECONDITION_FAILED',
  'guest.phone_invalid': 'BAD_REQUEST',
  'card.not_a_uid': 'BAD_REQUEST',
  'card.random_uid': 'BAD_REQUEST',
  'card.blank_uid': 'BAD_REQUEST',
  'card.not_available': 'CONFLICT',
  'card.lost': 'CONFLICT',
  'card.is_staff': 'CONFLICT',
  'money.above_free_balance': 'CONFLICT',
  'money.not_in_drawer': 'CONFLICT',
  'money.above_debt': 'CONFLICT',
  'money.above_unclaimed': 'CONFLICT',
  'guest.nameless': 'PRECONDITION_FAILED',
  'grant.not_found': 'NOT_FOUND',
  'grant.pour_may_run': 'CONFLICT',
  'grant.ended': 'CONFLICT',
  'grant.code_wrong': 'BAD_REQUEST',
  'grant.code_of_other': 'CONFLICT',
  'grant.above_limit': 'BAD_REQUEST',
  'pour.not_found': 'NOT_FOUND',
  'pour.not_charged': 'CONFLICT',
  'pour.reversed': 'CONFLICT',
  'pour.above_charge': 'CONFLICT',
  'receipt.not_found': 'NOT_FOUND',
  'printer.not_set_up': 'PRECONDITION_FAILED',
  'review.not_found': 'NOT_FOUND',
  'review.resolved': 'CONFLICT',
  'review.not_adjustable': 'CONFLICT',
  'request.conflict': 'CONFLICT',
  'request.gone': 'CLIENT_CLOSED_REQUEST',
  'staff.not_found': 'NOT_FOUND',
  'staff.name_taken': 'CONFLICT',
  'staff.last_engineer': 'CONFLICT',
  'recovery.code_wrong': 'FORBIDDEN',
  'flag.overridden': 'CONFLICT',
  'settings.shift_open': 'PRECONDITION_FAILED',
  'request.foreign': 'FORBIDDEN',
  'request.too_large': 'PAYLOAD_TOO_LARGE',
  'request.too_many': 'TOO_MANY_REQUESTS',
  'node.not_allowed': 'FORBIDDEN',
  'node.outdated': 'PRECONDITION_FAILED',
  'node.not_found': 'NOT_FOUND',
  'enrolment.code_wrong': 'FORBIDDEN',
  'enrolment.bad_request': 'BAD_REQUEST',
  'pairing.not_found': 'NOT_FOUND',
  'pairing.code_wrong': 'FORBIDDEN',
  'pairing.full': 'TOO_MANY_REQUESTS',
  'tap.not_found': 'NOT_FOUND',
  'tap.has_keg': 'CONFLICT',
  'tap.has_node': 'CONFLICT',
  'keg.not_found': 'NOT_FOUND',
  'keg.not_in_store': 'CONFLICT',
  'tap.has_no_keg': 'CONFLICT',
  'tap.pour_may_run': 'CONFLICT',
  'tap.has_unsettled_grant': 'CONFLICT',
  'tap.being_cleaned': 'CONFLICT',
  'tap.not_being_cleaned': 'CONFLICT',
  'tap.not_waiting': 'CONFLICT',
  'keg.not_on_tap': 'CONFLICT',
  'keg.on_tap': 'CONFLICT',
  'keg.returned': 'CONFLICT',
  'keg.code_taken': 'CONFLICT',
  'calibration.spread': 'BAD_REQUEST',
  'calibration.out_of_range': 'BAD_REQUEST',
  'price.rule_not_found': 'NOT_FOUND',
  'server.busy': 'SERVICE_UNAVAILABLE',
  'server.failed': 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<ErrorCode, TRPC_ERROR_CODE_KEY>;

/** What every client finds in `error.data.taptill`: the sentence is in domain/texts under `code`. */
export interface WireProblem {
  code: ErrorCode;
  params: Record<string, string | number | boolean | null>;
  /** of `input.invalid`: what is wrong where, never the value itself */
  issues?: { code: string; path: string }[];
}

const ISSUES_SHOWN = 10;
/** lock_not_available, query_canceled (statement_timeout), too_many_connections: nothing was done, ask again. */
const BUSY_STATES = new Set(['55P03', '57014', '53300', '40001', '40P01']);

/** What went wrong, in the words of the closed list. */
export function problemOf(error: unknown): WireProblem {
  const cause = error instanceof TRPCError && error.cause ? error.cause : error;
  if (cause instanceof DomainError) return { code: cause.code, params: { ...cause.params } };
  if (error instanceof TRPCError && error.code !== 'INTERNAL_SERVER_ERROR') return requestProblem(error);
  if (isBusy(cause)) return { code: 'server.busy', params: {} };
  return { code: 'server.failed', params: {} };
}

/** The errors that tRPC itself finds in a request: a schema, the method, the path, the size. */
function requestProblem(error: TRPCError): WireProblem {
  if (error.code === 'PAYLOAD_TOO_LARGE') return { code: 'request.too_large', params: {} };
  const problem: WireProblem = { code: 'input.invalid', params: { problem: error.code.toLowerCase() } };
  if (!(error.cause instanceof z.core.$ZodError)) return problem;
  const issues = error.cause.issues
    .slice(0, ISSUES_SHOWN)
    .map(({ code, path }) => ({ code, path: path.join('.').slice(0, 100) }));
  // The sentence names the first field.
  const path = issues[0]?.path;
  return { code: 'input.invalid', params: path ? { ...problem.params, path } : problem.params, issues };
}

function isBusy(cause: unknown): boolean {
  if (isConnectionLoss(cause) || cause instanceof TimeoutError) return true;
  return cause instanceof DatabaseError && BUSY_STATES.has(sqlState(cause) ?? '');
}

/**
 * Turns whatever a procedure threw into the tRPC error that carries its problem; what tRPC found in a request stays. What
 * nobody expected is reported, because the answer says nothing about it.
 */
export function wireError(error: TRPCError, report: (cause: unknown) => void): TRPCError {
  const { code, params } = problemOf(error);
  if (code === 'input.invalid' && !(error.cause instanceof DomainError)) return error;
  if (code === 'server.failed') report(error.cause ?? error);
  return new TRPCError({ code: TRPC_CODES[code], message: code, cause: new DomainError(code, params) });
}

/** For what fails outside of a procedure's middleware: a subscription under way, the adapter itself. */
export function reportUnexpected(error: TRPCError, report: (cause: unknown) => void): void {
  if (!(error.cause instanceof DomainError) && problemOf(error).code === 'server.failed')
    report(error.cause ?? error);
}

/** No stack, no message of a library, no echo of the input: code and parameters only. */
export function formatError({ shape, error }: { shape: TRPCDefaultErrorShape; error: TRPCError }) {
  const { code, httpStatus, path } = shape.data;
  const taptill = problemOf(error);
  return { code: shape.code, message: taptill.code, data: { code, httpStatus, path, taptill } };
}
