import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OperatorWire } from '#domain/protocol/till';
import { trpc } from '../lib/api.ts';

export interface Approval {
  leads: OperatorWire[];
  by: string;
  setBy: (operator_id: string) => void;
  pin: string;
  setPin: (pin: string) => void;
  complete: boolean;
  given: { operator_id: number; pin: string };
}

/** A shift lead vouches in place, with a PIN; the present operator stays signed in. */
export function useApproval(): Approval {
  const [by, setBy] = useState('');
  const [pin, setPin] = useState('');
  const { data } = useQuery(trpc.session.operators.queryOptions());
  const leads = (data?.operators ?? []).filter((one) => one.role !== 'cashier');
  const operator_id = by === '' ? (leads[0]?.id ?? 0) : Number(by);
  return {
    leads,
    by: String(operator_id),
    setBy,
    pin,
    setPin: (text) => setPin(text.replace(/\D/g, '').slice(0, 12)),
    complete: operator_id > 0 && pin.length >= 4,
    given: { operator_id, pin },
  };
}
