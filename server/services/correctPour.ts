import { DomainError } from '#domain/errors';
import { chargeOf, decideComp, decideReversal, splitBack } from '#domain/pour/charge';
import type { CorrectionDecision } from '#domain/pour/charge';
import type { compPourInput, reversePourInput } from '#domain/protocol/corrections';
import type { z } from 'zod';
import type { Unit } from '../db/inTransaction.ts';
import { query } from '../db/query.ts';
import type { VisitAnswer } from './openVisit.ts';
import type { Approver } from './support/approval.ts';
import { splitLines } from './support/billGrant.ts';
import { command } from './support/command.ts';
import { correctedPour } from './support/correctedPour.ts';
import type { CorrectedPour } from './support/correctedPour.ts';
import type { Actor, Deps } from './support/deps.ts';
import { whoGives } from './support/giving.ts';
import { debtOf } from './support/paymentAccount.ts';
import type { LedgerLine } from './support/postLedger.ts';
import { requireOpenShift } from './support/shift.ts';
import { bumpVersion, lockGuestOfVisit, lockVisit } from './support/visitFor.ts';
import { writeCorrection } from './support/writeCorrection.ts';

type Approved<Input> = Omit<Input, 'approval'> & { approver: Approver | null };
export type CompPour = Approved<z.output<typeof compPourInput>>;
export type ReversePour = Approved<z.output<typeof reversePourInput>>;

/**
 * Some or all millilitres of a charged pour on the house: the guest's account gets their price, less what they owe; it can be
 * drunk and is never paid out. In the present shift. Locks: request key → shift (shared) → guest account → visit → giver.
 * @throws DomainError pour.not_found, pour.reversed, pour.above_charge, approval.needed, shift.closed
 */
export async function compPour(deps: Deps, actor: Actor, input: CompPour): Promise<VisitAnswer> {
  return command(deps, { procedure: 'pour.comp', actor, input }, (unit) =>
    give(unit, deps, {
      kind: 'comp',
      actor,
      input,
      decide: ({ pour }) => decideComp(pour, input.ml),
      against: (_of, amount_minor) => splitLines({ kind: 'comp' }, 0 - amount_minor),
    }),
  );
}

/**
 * A whole pour as if it had not been charged: sale, comps and debt are taken back in the present shift; a Z never changes.
 * Locks as compPour. @throws DomainError as compPour
 */
export async function reversePour(deps: Deps, actor: Actor, input: ReversePour): Promise<VisitAnswer> {
  return command(deps, { procedure: 'pour.reverse', actor, input }, (unit) =>
    give(unit, deps, {
      kind: 'reversal',
      actor,
      input,
      decide: ({ pour }) => decideReversal(pour),
      against: ({ pour }) => {
        const { sold_minor, comped_minor, written_off_minor } = chargeOf(pour);
        return [
          ...splitLines({ kind: 'sales' }, 0 - sold_minor),
          ...splitLines({ kind: 'comp' }, comped_minor),
          ...splitLines({ kind: 'loss' }, written_off_minor),
        ];
      },
    }),
  );
}

type Gift = {
  kind: 'comp' | 'reversal';
  actor: Actor;
  input: { pour_id: number; reason: string; approver: Approver | null };
  decide: (of: CorrectedPour) => CorrectionDecision;
  /** the lines that stand against the guest's */
  against: (of: CorrectedPour, amount_minor: number) => LedgerLine[];
};

async function give(unit: Unit, deps: Deps, gift: Gift): Promise<VisitAnswer> {
  const { kind, actor, input } = gift;
  const { pour_id, reason, approver } = input;
  const shift = await requireOpenShift(unit, deps);
  const found = await findPour(unit, pour_id);
  const { guest_id } = await lockGuestOfVisit(unit, found.visit_id);
  await lockVisit(unit, found.visit_id);
  const of = await correctedPour(unit, found.grant_id);
  if (of.pour_id === null) throw new DomainError('pour.not_charged', { pour_id });
  const decision = gift.decide(of);
  if (decision.outcome === 'reversed_already') throw new DomainError('pour.reversed', { pour_id });
  if (decision.outcome === 'above_charge')
    throw new DomainError('pour.above_charge', { pour_id, left_ml: decision.left_ml });
  const { ml, amount_minor } = decision;
  const approved_by = await whoGives(unit, {
    ml,
    actor,
    approver,
    business_date: shift.business_date,
  });
  const against = gift.against(of, amount_minor);
  const back = splitBack(0 - sumOf(against), await debtOf(unit, guest_id));
  await writeCorrection(unit, deps, {
    kind,
    of,
    ml,
    amount_minor: 0 - amount_minor,
    lines: [
      ...splitLines({ kind: 'guest', guest_id }, back.guest),
      ...splitLines({ kind: 'receivable', guest_id }, back.receivable),
      ...against,
    ],
    shift_id: shift.shift_id,
    actor,
    approved_by,
    reason,
  });
  return { visit_id: found.visit_id, version: await bumpVersion(unit, found.visit_id) };
}

const sumOf = (lines: readonly LedgerLine[]) => lines.reduce((sum, line) => sum + line.amount_minor, 0);

async function findPour(unit: Unit, pour_id: number): Promise<{ grant_id: string; visit_id: number }> {
  const [pour] = await query<{ grant_id: string; visit_id: number }>(
    unit,
    'SELECT grant_id, visit_id FROM pours WHERE id = $1',
    [pour_id],
  );
  if (!pour) throw new DomainError('pour.not_found', { pour_id });
  return pour;
}
