import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OperatorWire } from '#domain/protocol/till';
import { isAtLeast } from '#domain/staff/roles';
import { trpc } from '../lib/api.ts';
import type { Problem } from '../lib/problem.ts';

export type Vouching = 'shift_lead' | 'engineer';

export interface Approval {
  /** who may vouch: this role or more */
  needs: Vouching;
  leads: OperatorWire[];
  by: string;
  setBy: (operator_id: string) => void;
  pin: string;
  setPin: (pin: string) => void;
  complete: boolean;
  given: { operator_id: number; pin: string };
}

/** A shift lead vouches in place, with a PIN; the present operator stays signed in. */
export function useApproval(needs: Vouching = 'shift_lead'): Approval {
  const [by, setBy] = useState('');
  const [pin, setPin] = useState('');
  const { data } = useQuery(trpc.session.operators.queryOptions());
  const leads = (data?.operators ?? []).filter((one) => isAtLeast(one.role, needs));
  const operator_id = by === '' ? (leads[0]?.id ?? 0) : Number(by);
  return {
    needs,
    leads,
    by: String(operator_id),
    setBy,
    pin,
    setPin: (text) => setPin(text.replace(/\D/g, '').slice(0, 12)),
    complete: operator_id > 0 && pin.length >= 4,
    given: { operator_id, pin },
  };
}

export interface ApprovalInPlace {
  approval: Approval;
  /** the fields are shown, and what is confirmed carries the PIN */
  asked: boolean;
  ask: (problem: Problem) => void;
  forget: () => void;
  given: Approval['given'] | null;
  missing: boolean;
}

/** The PIN that a command turns out to need: asked for when the till says so, or at once where it is known before. */
export function useApprovalInPlace(known = false, needs: Vouching = 'shift_lead'): ApprovalInPlace {
  const approval = useApproval(needs);
  const [refused, setRefused] = useState(false);
  const asked = known || refused;
  return {
    approval,
    asked,
    ask: (problem) => {
      if (problem.kind === 'refused' && problem.code === 'approval.needed') setRefused(true);
    },
    forget: () => setRefused(false),
    given: asked ? approval.given : null,
    missing: asked && !approval.complete,
  };
}
